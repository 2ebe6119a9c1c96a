export { type ParameterCase, type ParameterTable, testParameters } from './parameters.js';
export {
  type RecordedChunk,
  readTranscript,
  type Transcript,
  type TranscriptOptions,
} from './recording/transcript.js';
export {
  asPieces,
  bytesOf,
  everySplit,
  json,
  ndjson,
  type Script,
  type ScriptInit,
  type Step,
  splitAt,
  sse,
  text,
  withPieces,
} from './script.js';
export { testProvider } from './suite.js';
export type {
  ProviderOverrides,
  Scenario,
  ShownCapability,
  SuiteOptions,
} from './suite-options.js';
export { type RecordedRequest, type Reply, type ScriptedUpstream, startUpstream } from './upstream.js';
export type { TokenTotals, UpstreamAnswers } from './upstream-answers.js';
