import { z } from 'zod';

/** An object of a type that has no schema: this protocol gains some every month. */
export interface OtherType {
  readonly type: 'other';
  readonly named: string;
}

type Typed = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Typed =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Checks an object by the schema of its type; types without one pass as `OtherType`. An object without a type has the
 * one that `guess` finds.
 */
export const byType = <Schemas extends Readonly<Record<string, z.ZodType>>>(
  schemas: Schemas,
  expected: string,
  guess: (value: Typed) => string | undefined = () => undefined,
) =>
  z
    .custom<Typed>(isObject, { error: expected })
    .transform((value, context): z.output<Schemas[keyof Schemas]> | OtherType => {
      const type = value.type ?? guess(value);
      if (typeof type !== 'string') {
        context.addIssue({ code: 'custom', path: ['type'], message: expected });
        return z.NEVER;
      }
      const schema = Object.hasOwn(schemas, type) ? schemas[type] : undefined;
      if (!schema) return { type: 'other', named: type.slice(0, 40) };
      const result = schema.safeParse({ ...value, type });
      if (result.success) return result.data as z.output<Schemas[keyof Schemas]>;
      for (const issue of result.error.issues) context.addIssue({ ...issue });
      return z.NEVER;
    });
