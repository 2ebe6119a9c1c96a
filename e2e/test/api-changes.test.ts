import { describe, expect, it } from 'vitest';
import { advise, breaks, compareReports } from '../../scripts/api/compare.js';

const report = (...declarations: readonly string[]): string =>
  `## API Report\n\n\`\`\`ts\n\nimport { z } from 'zod';\n\n${declarations.join('\n\n')}\n\n\`\`\`\n`;
const provider = (...members: readonly string[]): string =>
  `// @public\nexport interface Provider {\n${members.map((member) => `    ${member}\n`).join('')}}`;
const base = report(
  provider('close?(): Promise<void>;', 'readonly id: string;'),
  "// @public\nexport type Event = Start | { readonly type: 'end'; };",
  '// @public\nexport const chat: (provider: Provider) => Promise<string>;',
  '// @public\nexport type Handler = (provider: Provider) => Event;',
);
const kinds = (after: string): readonly string[] =>
  compareReports(base, after).map(({ kind, what }) => `${kind}: ${what}`);

describe('what a changed API report means', () => {
  it.each([
    [
      'a new export',
      base.replace('\n\n```\n', '\n\n// @public\nexport const more: number;\n\n```\n'),
      'addition: more is new',
    ],
    [
      'an optional member',
      base.replace('    readonly id', '    embed?(): void;\n    readonly id'),
      'addition: Provider.embed is new',
    ],
    [
      'a further case of a union',
      base.replace('= Start |', '= Begin | Start |'),
      'addition: Event has a further case',
    ],
    [
      'a further, optional parameter',
      base.replace('(provider: Provider)', '(provider: Provider, options?: Options)'),
      'addition: chat takes a further, optional parameter',
    ],
    [
      'other comments',
      base.replace('// @public\nexport const', '// @public (deprecated)\nexport const'),
      'text: only comments or imports differ',
    ],
  ])('%s breaks nobody', (_name, after, expected) => {
    expect(kinds(after)).toEqual([expected]);
    expect(breaks(compareReports(base, after))).toEqual([]);
  });

  it.each([
    ['a removed export', base.replace(/\/\/ @public\nexport const chat.*\n/, ''), 'chat was removed'],
    ['a removed member', base.replace('    readonly id: string;\n', ''), 'Provider.id was removed'],
    [
      'a further case of what a function returns',
      base.replace('=> Event', '=> Event | undefined'),
      'Handler was changed',
    ],
    ['another type of a member', base.replace('id: string', 'id: number'), 'Provider.id was changed'],
    [
      'a member that is no longer optional',
      base.replace('close?()', 'close()'),
      'Provider.close was changed',
    ],
    [
      'a required member',
      base.replace('    readonly id', '    embed(): void;\n    readonly id'),
      'Provider.embed is new and required',
    ],
    [
      'another base',
      base.replace('interface Provider {', 'interface Provider extends Closer {'),
      'Provider was changed',
    ],
    ['a case less in a union', base.replace('Start | ', ''), 'Event was changed'],
    [
      'a required parameter',
      base.replace('(provider: Provider)', '(provider: Provider, more: string)'),
      'chat was changed',
    ],
  ])('%s is a break', (_name, after, expected) => {
    expect(kinds(after)).toEqual([expect.stringContaining(`break: ${expected}`)]);
    expect(breaks(compareReports(base, after))).toHaveLength(1);
  });

  it('says what to do: nothing breaks the contract, a break elsewhere is a major version, an addition a minor one', () => {
    const broken = compareReports(base, base.replace('id: string', 'id: number'));
    expect(advise('@lakehouse/chat-core', broken).at(-1)).toContain('undo it. chat-core 1.x');
    expect(advise('@lakehouse/provider-utils', broken).at(-1)).toContain(
      'choose major for @lakehouse/provider-utils',
    );
    expect(advise('@lakehouse/chat-core', compareReports('', base)).at(-1)).toContain('choose minor');
  });
});
