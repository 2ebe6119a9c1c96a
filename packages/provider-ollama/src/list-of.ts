import { z } from 'zod';

/** No catalogue and no answer has so many entries. */
const mostItems = 10_000;

/**
 * A list of unknown length, read up to its first wrong element. `z.array` goes on to the end and keeps an issue for
 * each one, which for a few megabytes of `1,1,1,…` takes a gigabyte. A list of more than 10,000 elements is refused unread.
 */
export const listOf = <Item>(item: z.ZodType<Item>) =>
  z
    .custom<readonly unknown[]>(
      (value) => Array.isArray(value) && value.length <= mostItems,
      `expected a list of at most ${mostItems} elements`,
    )
    .transform((list, context): readonly Item[] => {
      const items: Item[] = [];
      for (const [index, value] of list.entries()) {
        const result = item.safeParse(value);
        if (!result.success) {
          const { path = [], message = 'wrong' } = result.error.issues[0] ?? {};
          context.addIssue({ code: 'custom', path: [index, ...path], message });
          return z.NEVER;
        }
        items.push(result.data);
      }
      return items;
    });

/** The same for a list of plain values, without a call of zod for each. */
export const listWhere = <Item>(isItem: (value: unknown) => value is Item) =>
  z.custom<readonly Item[]>((value) => Array.isArray(value) && value.every(isItem), 'expected another list');

export const isString = (value: unknown): value is string => typeof value === 'string';
