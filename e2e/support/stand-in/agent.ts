import type { Asked, Said, ToolCallAnswer } from './scenario.js';

/** What the model of the scenario `agent` looks for: it is in the file that it reads. */
const secret = /\bsecret-[0-9a-f]{8,}\b/;

const file = 'secret.txt';
const shell = `cat ${file}`;

/** The tools of command-line agents that reach a file of the workspace, and how each is called. */
const readers: readonly ToolCallAnswer[] = [
  { name: 'read', arguments: { path: file } }, // pi
  { name: 'exec_command', arguments: { cmd: shell } }, // Codex
  { name: 'shell', arguments: { command: ['bash', '-lc', shell] } }, // Codex, with some models
  { name: 'shell_command', arguments: { command: shell } }, // Codex, with others
  { name: 'Bash', arguments: { command: shell, description: `Reads ${file}` } }, // Claude Code
  { name: 'run_shell_command', arguments: { command: shell, is_background: false } }, // Qwen Code
];

/**
 * Reads the file with whatever tool it is given, and says what secret was in it. A request without tools is for a title.
 */
export const actAsAgent = ({ tools, toolResults }: Asked): Said => {
  if (toolResults.length > 0) {
    const found = toolResults.map((result) => secret.exec(result)?.[0]).find((word) => word !== undefined);
    return { text: found === undefined ? 'There was no secret in it.' : `The secret is ${found}.` };
  }
  const call = readers.find(({ name }) => tools.includes(name));
  if (call) return { reasoning: 'It is in the file.', text: 'I look into the file.', calls: [call] };
  return { text: tools.length === 0 ? 'A secret' : `I can read no file with ${tools.join(', ')}.` };
};
