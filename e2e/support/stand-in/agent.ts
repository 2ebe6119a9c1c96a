import type { Asked, Said, ToolCallAnswer } from './said.js';

/** What the model of the scenario `agent` looks for: it is in the file that it reads. */
const secret = /\bsecret-[0-9a-f]{8,}\b/;

/** The file, as the user names it. */
const file = /\/\S+\/secret\.txt/;

/** The tools of command-line agents that reach a file, and how each is called. */
const readersOf = (path: string): readonly ToolCallAnswer[] => {
  const shell = `cat ${path}`;
  return [
    { name: 'read', arguments: { path } }, // pi
    { name: 'exec_command', arguments: { cmd: shell } }, // Codex
    { name: 'shell', arguments: { command: ['bash', '-lc', shell] } }, // Codex, with some models
    { name: 'shell_command', arguments: { command: shell } }, // Codex, with others
    { name: 'Bash', arguments: { command: shell, description: 'Reads the file' } }, // Claude Code
    { name: 'read_file', arguments: { file_path: path } }, // Qwen Code
  ];
};

/**
 * Reads the file with whatever tool it is given, and says what secret was in it. A request without tools is for a title.
 */
export const actAsAgent = ({ question, tools, toolResults }: Asked): Said => {
  if (toolResults.length > 0) {
    const found = toolResults.map((result) => secret.exec(result)?.[0]).find((word) => word !== undefined);
    return { text: found === undefined ? `No secret in: ${toolResults.join()}` : `The secret is ${found}.` };
  }
  if (tools.length === 0) return { text: 'A secret' };
  const [path] = file.exec(question) ?? [];
  if (path === undefined) return { text: 'Which file?' };
  const call = readersOf(path).find(({ name }) => tools.includes(name));
  if (!call) return { text: `I can read no file with ${tools.join(', ')}.` };
  return { reasoning: 'It is in the file.', text: 'I look into the file.', calls: [call] };
};
