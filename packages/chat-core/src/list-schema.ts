import { z } from 'zod';

const received = (value: unknown): string => (value === null ? 'null' : typeof value);

/**
 * A list whose elements are checked one after the other, up to the first wrong one: a list of millions of wrong elements
 * costs no more than one of them, and one that is too long is not read. zod's own array collects what is wrong with each.
 */
export const listOf = <Element extends z.ZodType>(
  element: Element,
  { least = 0, most = 100_000 }: { readonly least?: number; readonly most?: number } = {},
) =>
  z
    .custom<readonly unknown[]>(Array.isArray, {
      error: ({ input }) => `expected array, received ${received(input)}`,
    })
    .transform((items, context): z.output<Element>[] => {
      if (items.length < least)
        context.addIssue(least === 1 ? 'expected at least one' : `expected at least ${least}`);
      if (items.length > most) context.addIssue(`expected at most ${most}`);
      if (items.length < least || items.length > most) return z.NEVER;
      const checked: z.output<Element>[] = [];
      for (const [index, item] of items.entries()) {
        const result = element.safeParse(item);
        if (!result.success) {
          for (const issue of result.error.issues)
            context.addIssue({ ...issue, path: [index, ...issue.path] });
          return z.NEVER;
        }
        checked.push(result.data);
      }
      return checked;
    });
