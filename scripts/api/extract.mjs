// Makes the API report of every published entry point with API Extractor, from the built declarations.
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

/** Each entry point that is published with types: package folder, name, declarations, and where its report stands. */
export const entryPoints = (root) =>
  globSync('packages/*/package.json', { cwd: root })
    .sort()
    .flatMap((manifestFile) => {
      const folder = path.dirname(manifestFile);
      const { name, publishConfig } = JSON.parse(readFileSync(path.join(root, manifestFile), 'utf8'));
      return Object.entries(publishConfig?.exports ?? {})
        .filter(([, target]) => target.types)
        .map(([entry, { types }]) => {
          const suffix = entry === '.' ? '' : `.${entry.slice(2).replaceAll('/', '-')}`;
          return { name, folder, types: path.join(folder, types), file: `${folder}/api${suffix}.md` };
        });
    });

const compilerOptions = (root) => ({
  target: 'es2024',
  lib: ['es2024'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [path.join(root, 'node_modules/@types')],
});

const configOf = (root, { folder, types }, reportFolder) =>
  ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: path.join(root, folder, 'package.json'),
    configObject: {
      projectFolder: path.join(root, folder),
      mainEntryPointFilePath: path.join(root, types),
      compiler: {
        overrideTsconfig: { compilerOptions: compilerOptions(root), files: [path.join(root, types)] },
      },
      apiReport: {
        enabled: true,
        reportFolder,
        reportTempFolder: path.join(reportFolder, 'temp'),
        reportFileName: 'report',
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        extractorMessageReporting: {
          default: { logLevel: 'none' },
          'ae-undocumented': { logLevel: 'warning', addToApiReportFile: false },
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } },
      },
    },
  });

const placeOf = (root, { text, sourceFilePath, sourceFileLine }) =>
  sourceFilePath ? `${path.relative(root, sourceFilePath)}:${sourceFileLine}: ${text}` : text;

/** Members whose only value says it all: `readonly type: 'text-delta'`. */
const isDiscriminator = (lines, number) => /^\s*readonly \w+: '[\w-]+';$/.test(lines[number - 1] ?? '');

const needsDocstring = ({ messageId, text, sourceFilePath, sourceFileLine }) =>
  messageId === 'ae-undocumented' &&
  !text.includes('"_default"') && // the default export of a plugin: its named twin says what it is
  !(sourceFilePath && isDiscriminator(readFileSync(sourceFilePath, 'utf8').split('\n'), sourceFileLine));

/** The reports of all entry points, with the exports and members that have no docstring, and compiler errors. */
export const extractReports = (root, entries) =>
  entries.map((entry) => {
    const reportFolder = mkdtempSync(path.join(tmpdir(), 'lakehouse-api-'));
    const undocumented = [];
    const defects = [];
    try {
      Extractor.invoke(configOf(root, entry, reportFolder), {
        localBuild: true,
        messageCallback: (message) => {
          message.handled = true;
          const place = placeOf(root, message);
          if (needsDocstring(message)) undocumented.push(place);
          if (message.category === 'Compiler') defects.push(place);
        },
      });
      const report = readFileSync(path.join(reportFolder, 'report.api.md'), 'utf8');
      const text = report
        .replace('> Do not edit', '> Written by `pnpm api`. Do not edit')
        .replaceAll(/^ *\/\/ \(undocumented\)\n/gm, '')
        .replaceAll(' (undocumented)', '');
      return { ...entry, text, undocumented, defects };
    } finally {
      rmSync(reportFolder, { recursive: true, force: true });
    }
  });
