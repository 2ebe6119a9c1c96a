import { type ChatError, type ChatWarning, errorTable } from '@lakehouse/chat-core';
import { createParameterNames } from '../parameter-names.js';
import { optionPaths } from './options.js';

const names = createParameterNames(optionPaths);

/** Warnings of a provider, with parameters as paths in the body. */
export const toWireWarnings = (warnings: readonly ChatWarning[] | undefined): readonly ChatWarning[] =>
  names.toWarnings(warnings);

/** The one sentence that an error has in this protocol; never empty. */
export const toErrorText = ({ code, message, path }: ChatError): string =>
  (path === undefined ? message : names.toText(message, path)).trim() || errorTable[code].meaning;
