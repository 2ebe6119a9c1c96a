#!/usr/bin/env node
import { launch } from '@lakehouse/launcher';

await launch('chatd', () => import('./cli.js'));
