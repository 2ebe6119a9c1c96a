import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../src/command-line.js';
import { complete, type Questions } from '../src/complete.js';

const read = (line: string) => readCommandLine(line.split(' ').filter((word) => word !== ''));

/** Takes every proposal, as a person does who presses Enter. */
const enter = (asked: string[]): Questions => ({
  text: async (question, proposal, defectOf) => {
    asked.push(question);
    expect(defectOf(proposal)).toBeUndefined();
    return proposal;
  },
  protocol: async (question) => {
    asked.push(question);
    return 'openai-compatible';
  },
});

describe('the command line', () => {
  it('takes everything that is asked for otherwise', () => {
    expect(
      read('@team/shout --protocol http --url http://10.0.0.5:9000/v2 --key-env TEAM_KEY --yes'),
    ).toEqual({
      packageName: '@team/shout',
      protocol: 'http',
      url: 'http://10.0.0.5:9000/v2',
      keyEnv: 'TEAM_KEY',
      yes: true,
    });
    expect(read('shout --no-key')).toEqual({ packageName: 'shout', keyEnv: '', yes: false });
    expect(read('--version')).toMatchObject({ show: 'version' });
    expect(read('-h')).toMatchObject({ show: 'help' });
  });

  it.each([
    ['Shout', /NAME: "Shout": name can no longer contain capital letters/],
    ['../shout', /NAME/],
    ['@team/7shout', /NAME: "@team\/7shout": name must begin with a letter/],
    ['node_modules', /NAME/],
    ['a b', /expected one NAME, not "b"/],
    ['shout --protocol grpc', /--protocol: "grpc": expected openai-compatible or http/],
    ['shout --url localhost', /--url: "localhost": expected an address such as/],
    ['shout --url http://me:pw@host', /--url: .*no user and no password/],
    ['shout --url http://host/?key=1', /--url: .*without query/],
    ['shout --key-env my-key', /--key-env: "my-key": expected a name such as SHOUT_API_KEY/],
    ['shout --no-key --key-env K', /--key-env and --no-key exclude each other/],
    ['shout --loud', /--loud/],
  ])('refuses %j, and says what would be right', (line, message) => {
    expect(() => read(line)).toThrow(message);
  });
});

describe('what the command line leaves out', () => {
  it('is asked for, in this order', async () => {
    const asked: string[] = [];
    expect(await complete(read(''), enter(asked))).toEqual({
      packageName: 'lakehouse-provider-shout',
      protocol: 'openai-compatible',
      url: 'http://localhost:8000/v1',
      keyEnv: 'SHOUT_API_KEY',
    });
    expect(asked).toEqual([
      'Name of the package',
      'What does the upstream speak?',
      'Its base address',
      'The environment variable of its key; empty when it needs none',
    ]);
  });

  it('is proposed with --yes, but for the name and the protocol', async () => {
    const answers = await complete(read('@team/provider-shout --protocol http --yes'), undefined);
    expect(answers).toMatchObject({ url: 'http://localhost:8000', keyEnv: 'SHOUT_API_KEY' });
    await expect(complete(read('shout --yes'), undefined)).rejects.toThrow(/^--protocol is missing/);
  });

  it.each([
    ['', /^NAME is missing/],
    ['shout', /^--protocol is missing/],
    ['shout --protocol http', /^--url is missing/],
    ['shout --protocol http --url http://h', /^--key-env or --no-key is missing/],
  ])('fails without a terminal (%j), and names the flag', async (line, message) => {
    await expect(complete(read(line), undefined)).rejects.toThrow(message);
  });

  it('has no key when the answer is empty', async () => {
    const answers = await complete(read('shout --protocol http --url http://h --no-key'), undefined);
    expect(answers.keyEnv).toBeUndefined();
  });
});
