/** The longest a call may take, and a reader may take nothing, in seconds: short, so that many of them pass. */
const totalSeconds = 6;

/**
 * A config over a fault wall with every policy in use. `generation` makes one differ from the next, so that a reload
 * that changes nothing would be noticed.
 */
export const goodConfig = (wall, generation) => `
[chatd]
bind = "127.0.0.1:0"
timeout = "${totalSeconds}s"
drain_timeout = "2s"
[chatd.timeouts]
connect = "1s"
first_content = "1s"
idle = "1s"
[chatd.retry]
attempts = 2
base_delay = "${20 + (generation % 5)}ms"
max_delay = "100ms"
max_retry_after = "150ms"
[chatd.breaker]
window = "2s"
cooldown = "300ms"
[chatd.limits]
max_concurrent = 36

[chatd.providers.lab]
use = "@lakehouse/provider-openai-compat"
url = "${wall}/v1"
[chatd.providers.local]
use = "@lakehouse/provider-ollama"
url = "${wall}"
[chatd.providers.cloud]
use = "@lakehouse/provider-ollama-cloud"
url = "${wall}"
[chatd.providers.narrow]
use = "@lakehouse/provider-openai-compat"
url = "${wall}/v1"
concurrency = ${4 + (generation % 2)}
[chatd.providers.patient]
use = "@lakehouse/provider-openai-compat"
url = "${wall}/v1"
retry = { attempts = 3, base_delay = "3s", max_delay = "3s" }

[models]
rescued = ["lab/always-503@rescued", "local/reset-before-headers@rescued", "cloud/healthy@rescued"]
cut = ["lab/cut-in-the-middle@cut", "cloud/healthy@cut"]
held = { targets = ["lab/cut-in-the-middle@held", "local/error-in-the-stream@held", "cloud/healthy@held"], delivery = "buffered" }
hedged = { targets = ["lab/slow-first-token@hedged", "local/healthy@hedged"], hedge = "${40 + (generation % 7)}ms" }
weighted = { targets = [{ model = "lab/healthy@weighted", weight = 3 }, "local/healthy@weighted"], strategy = "weighted" }
busy = { targets = ["lab/slow-stream@busy", "cloud/slow-stream@busy"], strategy = "least-busy" }
quick = { targets = ["local/slow-headers@quick", "cloud/healthy@quick"], strategy = "latency" }
`;

const spoilt = [
  (config) => config.replace('timeout =', 'time_out ='),
  (config) => `${config}\nthis is no TOML`,
  (config) => config.replace('provider-ollama"', 'provider-that-does-not-exist"'),
];

/** A config that must not be loaded. */
export const badConfig = (wall, generation) =>
  spoilt[generation % spoilt.length](goodConfig(wall, generation));
