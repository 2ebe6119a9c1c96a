import { type ChatRequest, jsonObjectSchema, listOf, type Tool, type ToolChoice } from '@lakehouse/chat-core';
import { z } from 'zod';
import { refuse, reject } from '../notes.js';
import { present } from '../present.js';

const name = z.string().min(1, 'expected a name');

const expected = 'expected {"type":"function","function":{"name":…}}';

/** Some clients leave the type out. */
const isFunction = (type: string | null | undefined): boolean => type == null || type === 'function';

/** Of other types nothing is read, so that they can be refused by name. */
const isWhole = ({
  type,
  function: given,
}: {
  type?: string | null | undefined;
  function?: unknown;
}): boolean => given != null || !isFunction(type);

const tool = z
  .object({
    type: z.string().nullish(),
    function: z
      .object({
        name,
        description: z.string().nullish(),
        parameters: jsonObjectSchema.nullish(),
        strict: z.boolean().nullish(),
      })
      .nullish(),
  })
  .refine(isWhole, expected);

export const toolsSchema = listOf(tool);

const choiceObject = z
  .object({ type: z.string().nullish(), function: z.object({ name }).nullish() })
  .refine(isWhole, expected);

export const toolChoiceSchema = z.union(
  [z.enum(['auto', 'none', 'required']), choiceObject],
  'expected "auto", "none", "required" or {"type":"function","function":{"name":…}}',
);

const quote = (type: string | null | undefined): string => JSON.stringify(String(type).slice(0, 40));

const toTool = ({ type, function: given }: z.output<typeof tool>, index: number): Tool => {
  if (!isFunction(type) || given == null)
    return refuse(`tools[${index}].type`, `tools of type ${quote(type)} are not supported; use "function"`);
  const { name, ...rest } = given;
  return { name, ...present(rest) };
};

const toChoice = (
  choice: z.output<typeof toolChoiceSchema> | null | undefined,
  tools: readonly Tool[],
): ToolChoice | undefined => {
  if (choice == null || choice === 'auto' || choice === 'none') return choice ?? undefined;
  if (choice === 'required') {
    return tools.length > 0 ? choice : reject('tool_choice', '"required" needs at least one tool in tools');
  }
  const { type, function: given } = choice;
  if (!isFunction(type) || given == null) {
    const why = `${quote(type)} is not supported; send only the tools that may be called`;
    return refuse('tool_choice.type', why);
  }
  const { name } = given;
  if (tools.some((tool) => tool.name === name)) return { name };
  return reject('tool_choice.function.name', `there is no tool ${JSON.stringify(name)} in tools`);
};

/** The tools of a request and the choice among them. Throws `unsupported` for other tools than functions. */
export const toToolFields = (
  tools: z.output<typeof toolsSchema> | null | undefined,
  choice: z.output<typeof toolChoiceSchema> | null | undefined,
): Pick<ChatRequest, 'tools' | 'toolChoice'> => {
  const functions = (tools ?? []).map(toTool);
  return present({
    tools: functions.length === 0 ? undefined : functions,
    toolChoice: toChoice(choice, functions),
  });
};
