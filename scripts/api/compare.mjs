// What the difference of two API reports means for those who use the package.

const declarationName = /^export (?:declare )?(?:default )?(?:abstract )?(const|function|class|interface|type) (\w+)/;

/** `name -> { keyword, text, members }` of each declaration of a report. */
const declarationsOf = (report) => {
  const code = /```ts\n([\s\S]*)```/.exec(report)?.[1] ?? '';
  const declarations = new Map();
  for (const block of code.split(/\n{2,}/)) {
    const lines = block.split('\n').filter((line) => line.trim() !== '' && !/^\s*\/\//.test(line));
    if (lines.length === 0 || lines[0].startsWith('import ')) continue;
    const [, keyword = 'other', name = lines[0]] = declarationName.exec(lines[0].replace(/^(?!export )/, 'export ')) ?? [];
    const text = lines.join('\n');
    const earlier = declarations.get(name); // overloads, or a value and a type of one name
    declarations.set(name, earlier ? { ...earlier, text: `${earlier.text}\n${text}` } : { keyword, text, members: membersOf(lines) });
  }
  return declarations;
};

/** `name -> text` of what stands directly in a declaration's braces; empty for a declaration without any. */
const membersOf = (lines) => {
  const members = new Map();
  let name;
  for (const line of lines.slice(1, -1)) {
    if (/^ {4}[^\s})]/.test(line)) name = /^ {4}(?:(?:readonly|static|abstract|get|set) )*([^\s:?(<;]+)/.exec(line)?.[1] ?? line;
    if (name === undefined) return new Map();
    members.set(name, `${members.get(name) ?? ''}${line.trim()} `);
  }
  return members;
};

/** The text that was put into `before` to make `after`, undefined when anything else changed. */
const insertion = (before, after) => {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  const rest = before.length - start;
  return rest === 0 || after.endsWith(before.slice(start)) ? after.slice(start, after.length - rest) : undefined;
};

const memberChanges = (name, before, after) => {
  const changes = [];
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
        ? { kind: 'break', what: `${name}.${member} is new and required: who makes such an object does not have it. Make it optional` }
        : { kind: 'addition', what: `${name}.${member} is new` },
    );
  }
  return changes;
};

const change = (name, before, after) => {
  if (before.text === after.text) return [];
  if (before.members.size > 0 && before.keyword === after.keyword) {
    const found = memberChanges(name, before, after);
    if (found.length > 0) return found;
  }
  const inserted = insertion(before.text, after.text);
  if (after.keyword === 'type' && /^(?: \| [^;]+| ?[^;|]+ \| ?)$/.test(inserted ?? '')) {
    return [{ kind: 'addition', what: `${name} has a further case` }];
  }
  if (/^(?:, )?\w+\?: [^;]+$/.test(inserted ?? '')) return [{ kind: 'addition', what: `${name} takes a further, optional parameter` }];
  return [{ kind: 'break', what: `${name} was changed` }];
};

/** What changed for users between two reports: `kind` is `addition`, `break` or `text` (order, comments, imports). */
export const compareReports = (before, after) => {
  const old = declarationsOf(before);
  const now = declarationsOf(after);
  const changes = [...old].flatMap(([name, declaration]) => {
    const current = now.get(name);
    return current ? change(name, declaration, current) : [{ kind: 'break', what: `${name} was removed` }];
  });
  for (const name of now.keys()) if (!old.has(name)) changes.push({ kind: 'addition', what: `${name} is new` });
  return changes.length > 0 || before === after ? changes : [{ kind: 'text', what: 'only comments or imports differ' }];
};

/** The breaks of the promise "a package written for chat-core 1.0 works on every 1.x", as lines. */
export const breaks = (changes) =>
  changes.filter(({ kind }) => kind === 'break').map(({ what }) => `  break: ${what}. Version 1 only gains optional members and cases: put it back`);

/** Lines that say of which kind the changes are and what to do about them. */
export const advise = (name, changes) => {
  const lines = changes.map(({ kind, what }) => `  ${kind}: ${what}`);
  const kinds = new Set(changes.map(({ kind }) => kind));
  if (kinds.has('break') && name === '@lakehouse/chat-core') {
    lines.push('What to do: undo it. chat-core 1.x removes and changes nothing, so that a provider built for 1.0 keeps working.');
  } else if (kinds.has('break')) {
    lines.push(`What to do: undo it where you can. Else run "pnpm changeset", choose major for ${name}, then "pnpm api".`);
  } else if (kinds.has('addition')) {
    lines.push(`What to do: run "pnpm changeset", choose minor for ${name}, then "pnpm api", and commit both.`);
  } else {
    lines.push('What to do: run "pnpm api" and commit the report.');
  }
  return lines;
};
