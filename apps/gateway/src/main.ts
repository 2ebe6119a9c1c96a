#!/usr/bin/env node
import { launch } from '@lakehouse/launcher';

await launch('lakehouse-gateway', async () => {
  const { runCli } = await import('./cli.js');
  await runCli(process.argv);
});
