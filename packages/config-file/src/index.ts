export {
  type BindAddress,
  bindAddress,
  formatBindAddress,
  isLoopback,
  parseBindAddress,
} from './bind-address.js';
export { byteSize, formatByteSize, parseByteSize } from './byte-size.js';
export type { ConfigDocument, ConfigTable, ConfigValue } from './config-document.js';
export { duration, formatDuration, parseDuration } from './duration.js';
export {
  type ConfigFileOrigin,
  type FindConfigFileOptions,
  type FoundConfigFile,
  findConfigFile,
} from './find-config-file.js';
export { isTrustedHost } from './host-header.js';
export { parseConfig, readConfigFile } from './parse-config.js';
export {
  ConfigError,
  formatKeyPath,
  formatProblem,
  isConfigError,
  type KeyPath,
  type Position,
  type Problem,
} from './problem.js';
export { didYouMean, suggest } from './suggest.js';
export {
  type CheckConfigOptions,
  type CheckedConfig,
  checkConfig,
  validateConfig,
} from './validate-config.js';
