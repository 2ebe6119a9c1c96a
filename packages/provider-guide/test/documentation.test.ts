import { describe, expect, it } from 'vitest';
import { splitMarkdown } from '../src/documentation.js';
import { loadPassages } from '../src/load-passages.js';

describe('splitting a page', () => {
  it('makes a passage of each heading down to level 3, with the title of the page', () => {
    const page = '# Tea\n\nOn tea.\n\n## Green\n\nCool.\n\n### Leaves\n\nTwice.\n\n#### Detail\n\nStays.\n';
    expect(splitMarkdown('docs/tea.md', page)).toEqual([
      { file: 'docs/tea.md', page: 'Tea', heading: 'Tea', text: 'On tea.' },
      { file: 'docs/tea.md', page: 'Tea', heading: 'Green', text: 'Cool.' },
      { file: 'docs/tea.md', page: 'Tea', heading: 'Leaves', text: 'Twice.\n\n#### Detail\n\nStays.' },
    ]);
  });

  it('takes no line inside a code fence for a heading', () => {
    const page = '# Shell\n\n```bash\n# not a heading\nls\n```\n';
    expect(splitMarkdown('a.md', page)).toHaveLength(1);
  });

  it('leaves out headings without text', () => {
    expect(
      splitMarkdown('a.md', '# Title\n\n## Empty\n\n## Full\n\nText.\n').map(({ heading }) => heading),
    ).toEqual(['Full']);
  });

  it('reads CRLF line ends', () => {
    expect(splitMarkdown('a.md', '# Title\r\n\r\nText.\r\n')[0]).toMatchObject({
      heading: 'Title',
      text: 'Text.',
    });
  });
});

describe('the documentation of this repository', () => {
  const files = new Set(loadPassages().map(({ file }) => file));

  it('holds the README and the pages of docs/', () => {
    expect(files).toContain('README.md');
    expect(files).toContain('docs/faq.md');
  });

  it('leaves decision records out', () => {
    expect([...files].filter((file) => file.includes('decisions'))).toEqual([]);
  });
});
