// What the difference of two API reports means for those who use the package.

interface Declaration {
  readonly keyword: string;
  readonly text: string;
  /** What stands directly in the declaration's braces, by name; empty for one without braces. */
  readonly members: ReadonlyMap<string, string>;
}

/** One change for users; `text`: nothing of it matters to them. */
export interface Change {
  readonly kind: 'addition' | 'break' | 'text';
  /** What changed, in a sentence. */
  readonly what: string;
}

const declarationName =
  /^export (?:declare )?(?:default )?(?:abstract )?(const|function|class|interface|type) (\w+)/;

/** The declarations of a report by name. */
const declarationsOf = (report: string): ReadonlyMap<string, Declaration> => {
  const code = /```ts\n([\s\S]*)```/.exec(report)?.[1] ?? '';
  const declarations = new Map<string, Declaration>();
  for (const block of code.split(/\n{2,}/)) {
    const lines = block.split('\n').filter((line) => line.trim() !== '' && !/^\s*\/\//.test(line));
    const [first] = lines;
    if (first === undefined || first.startsWith('import ')) continue;
    const [, keyword = 'other', name = first] =
      declarationName.exec(first.replace(/^(?!export )/, 'export ')) ?? [];
    const text = lines.join('\n');
    const earlier = declarations.get(name); // overloads, or a value and a type of one name
    declarations.set(
      name,
      earlier
        ? { ...earlier, text: `${earlier.text}\n${text}` }
        : { keyword, text, members: membersOf(lines) },
    );
  }
  return declarations;
};

const membersOf = (lines: readonly string[]): ReadonlyMap<string, string> => {
  const members = new Map<string, string>();
  let name: string | undefined;
  for (const line of lines.slice(1, -1)) {
    if (/^ {4}[^\s})]/.test(line))
      name = /^ {4}(?:(?:readonly|static|abstract|get|set) )*([^\s:?(<;]+)/.exec(line)?.[1] ?? line;
    if (name === undefined) return new Map();
    members.set(name, `${members.get(name) ?? ''}${line.trim()} `);
  }
  return members;
};

/** The text that was put into `before` to make `after`, undefined when anything else changed. */
const insertion = (before: string, after: string): string | undefined => {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  const rest = before.length - start;
  return rest === 0 || after.endsWith(before.slice(start))
    ? after.slice(start, after.length - rest)
    : undefined;
};

const memberChanges = (name: string, before: Declaration, after: Declaration): readonly Change[] => {
  const changes: Change[] = [];
  for (const [member, text] of before.members) {
    const now = after.members.get(member);
    if (now === undefined) changes.push({ kind: 'break', what: `${name}.${member} was removed` });
    else if (now !== text) changes.push({ kind: 'break', what: `${name}.${member} was changed` });
  }
  for (const [member, text] of after.members) {
    if (before.members.has(member)) continue;
    const given = before.keyword === 'interface' || before.keyword === 'type';
    const required = given && !/^(?:readonly )?[^\s:?(<;]+\?/.test(text);
    changes.push(
      required
        ? {
            kind: 'break',
            what: `${name}.${member} is new and required: who makes such an object does not have it. Make it optional`,
          }
        : { kind: 'addition', what: `${name}.${member} is new` },
    );
  }
  return changes;
};

/** The cases of a union that stands on one line. A function has none: a further case of what it returns is a break. */
const casesOf = (text: string): ReadonlySet<string> =>
  new Set(text.includes('=>') ? [text] : text.replace(/;$/, '').split(/ = | \| /));

const changesOf = (name: string, before: Declaration, after: Declaration): readonly Change[] => {
  if (before.text === after.text) return [];
  const changed: Change = { kind: 'break', what: `${name} was changed` };
  if (before.keyword !== after.keyword) return [changed];
  if (before.members.size > 0) {
    const found = memberChanges(name, before, after);
    const head = (text: string): string | undefined => text.split('\n', 1)[0];
    return found.length > 0 && head(before.text) === head(after.text) ? found : [changed, ...found];
  }
  if (after.keyword === 'type' && [...casesOf(before.text)].every((text) => casesOf(after.text).has(text))) {
    return [{ kind: 'addition', what: `${name} has a further case` }];
  }
  const inserted = insertion(before.text, after.text);
  return inserted !== undefined && /^(?:, )?\w+\?: [^;]+$/.test(inserted)
    ? [{ kind: 'addition', what: `${name} takes a further, optional parameter` }]
    : [changed];
};

/** What changed for users between two reports. */
export const compareReports = (before: string, after: string): readonly Change[] => {
  const old = declarationsOf(before);
  const now = declarationsOf(after);
  const changes = [...old].flatMap(([name, declaration]): readonly Change[] => {
    const current = now.get(name);
    return current ? changesOf(name, declaration, current) : [{ kind: 'break', what: `${name} was removed` }];
  });
  for (const name of now.keys())
    if (!old.has(name)) changes.push({ kind: 'addition', what: `${name} is new` });
  return changes.length > 0 || before === after
    ? changes
    : [{ kind: 'text', what: 'only comments or imports differ' }];
};

/** The breaks of the promise "a package written for chat-core 1.0 works on every 1.x", as lines. */
export const breaks = (changes: readonly Change[]): readonly string[] =>
  changes
    .filter(({ kind }) => kind === 'break')
    .map(({ what }) => `  break: ${what}. Version 1 only gains optional members and cases: put it back`);

/** Lines that say of which kind the changes are and what to do about them. */
export const advise = (name: string, changes: readonly Change[]): readonly string[] => {
  const lines = changes.map(({ kind, what }) => `  ${kind}: ${what}`);
  const kinds = new Set(changes.map(({ kind }) => kind));
  if (kinds.has('break') && name === '@lakehouse/chat-core') {
    lines.push(
      'What to do: undo it. chat-core 1.x removes and changes nothing, so that a provider built for 1.0 keeps working.',
    );
  } else if (kinds.has('break')) {
    lines.push(
      `What to do: undo it where you can. Else run "pnpm changeset", choose major for ${name}, then "pnpm api".`,
    );
  } else if (kinds.has('addition')) {
    lines.push(
      `What to do: run "pnpm changeset", choose minor for ${name}, then "pnpm api", and commit both.`,
    );
  } else {
    lines.push('What to do: run "pnpm api" and commit the report.');
  }
  return lines;
};
