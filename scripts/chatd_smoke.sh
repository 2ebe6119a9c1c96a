#!/usr/bin/env bash
# The acceptance gate: starts chatd in development mode beside a stand-in for Ollama and checks it from outside.
# Prints one line per check and last "n/6 PASS"; exits 0 only for 6/6. Needs bash, curl, Node and a build.
set -u

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
chatd="$root/apps/chatd/dist/main.js"
node="$root/node_modules/.bin/node" # the workspace's own; the user's may be too old
[ -x "$node" ] || node="$(command -v node)"
known_model='qwen3:4b'
passed=0
pids=()
temp=''

cleanup() {
  local pid
  for pid in ${pids[@]+"${pids[@]}"}; do kill "$pid" 2>/dev/null; done
  for pid in ${pids[@]+"${pids[@]}"}; do
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
  if [ -n "$temp" ]; then rm -rf "$temp"; fi
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

stop() { # MESSAGE [LOG]: what keeps the gate from running at all
  echo "chatd_smoke: $1"
  if [ -n "${2:-}" ]; then tail -n 20 "$2"; fi
  echo '0/6 PASS'
  exit 1
}

[ -n "$node" ] || stop 'node is not installed'
command -v curl >/dev/null || stop 'curl is not installed'
[ -f "$chatd" ] || stop 'chatd is not built: run "npx -y pnpm@12 install && npx -y pnpm@12 build" first'
temp="$(mktemp -d)" || stop 'there is no place for temporary files'

get() { curl -q -sS --noproxy '*' --max-time 10 "$@"; }

wait_for() { # PID COMMAND...: true as soon as the command is, for 20 s at most and while the process lives
  local pid="$1"
  shift
  for _ in $(seq 200); do
    "$@" && return 0
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# A folder and an environment of its own: no config, no keys and no proxy of whoever runs this.
mkdir "$temp/home" && cd "$temp/home" || stop 'there is no place for temporary files'
clean() { exec env -i PATH="$PATH" HOME="$temp/home" "$@"; }

(clean "$node" "$root/scripts/ollama-stand-in.mjs" "$known_model") >"$temp/upstream.out" 2>"$temp/upstream.err" &
pids+=($!)
wait_for $! grep -q '^http' "$temp/upstream.out" || stop 'the stand-in for Ollama did not start' "$temp/upstream.err"
upstream="$(head -n 1 "$temp/upstream.out")"

port="$("$node" -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => {
  const { port } = s.address(); s.close(() => console.log(port)); })')"
base="http://127.0.0.1:$port"
options=(--bind "127.0.0.1:$port")
if [ -e /etc/lakehouse/lakehouse.toml ]; then
  echo 'note: this machine has a config of its own, so an equal of development mode is passed with --config'
  printf '[chatd.providers.ollama]\nuse = "@lakehouse/provider-ollama"\nurl = "%s"\n' "$upstream" >"$temp/smoke.toml"
  options+=(--config "$temp/smoke.toml")
fi
(clean OLLAMA_HOST="$upstream" "$node" "$chatd" "${options[@]}") >"$temp/chatd.log" 2>&1 &
pids+=($!)
is_ready() { [ "$(get -o "$temp/ready" -w '%{http_code}' "$base/readyz" 2>/dev/null)" = 200 ]; }
wait_for $! is_ready || stop 'chatd did not become ready; the end of its log:' "$temp/chatd.log"

# ask METHOD PATH [BODY]: puts status, answer and the upstream's chat requests meanwhile into $temp/seen.json
ask() {
  local method="$1" path="$2" body="${3:-}" status
  local -a content=()
  get -o "$temp/before" "$upstream/_requests"
  if [ -n "$body" ]; then content=(-H 'content-type: application/json' -d "$body"); fi
  rm -f "$temp/body"
  status="$(get -o "$temp/body" -w '%{http_code}' -X "$method" ${content[@]+"${content[@]}"} "$base$path" 2>"$temp/curl.err")"
  get -o "$temp/after" "$upstream/_requests"
  "$node" - "$status" "$temp" <<'SCRIPT'
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const [status, folder] = process.argv.slice(2);
const read = (name) => (existsSync(`${folder}/${name}`) ? readFileSync(`${folder}/${name}`, 'utf8') : '');
const json = (text) => { try { return JSON.parse(text); } catch { return text; } };
const before = json(read('before')).length;
const upstream = json(read('after')).slice(before).filter(({ method }) => method === 'POST');
const fault = read('curl.err').trim();
const seen = { status: Number(status), body: json(read('body')), upstream, ...(fault && { fault }) };
writeFileSync(`${folder}/seen.json`, JSON.stringify(seen));
SCRIPT
}

# verify NAME CONDITION: the condition is JavaScript over status, body and upstream
verify() {
  if "$node" - "$2" "$temp/seen.json" <<'SCRIPT'
const [condition, file] = process.argv.slice(2);
const seen = JSON.parse(require('node:fs').readFileSync(file, 'utf8'));
const chats = seen.upstream.filter(({ path }) => path === '/api/chat');
let holds = false;
try {
  holds = new Function('status', 'body', 'upstream', 'chats', `return ${condition}`)(
    seen.status, seen.body, seen.upstream, chats) === true;
} catch { /* a member that the answer lacks: the condition does not hold, and what was seen is printed */ }
process.exit(holds ? 0 : 1);
SCRIPT
  then
    passed=$((passed + 1))
    echo "ok    $1"
  else
    echo "FAIL  $1"
    echo "      expected: $2"
    echo "      seen:     $(head -c 2000 "$temp/seen.json")"
  fi
}

question='"messages": [{"role": "user", "content": "Say hello"}]'

ask GET /v1/chat/providers
verify '1 GET /v1/chat/providers lists exactly the registered providers: one in development mode' \
  'status === 200 && body.default === "ollama" && body.providers.length === 1 && body.providers[0].id === "ollama" && body.providers[0].available === true'

ask POST /v1/chat "{\"model\": \"$known_model\", $question}"
verify '2 a bare model reaches Ollama: content, token counts and latency come back' \
  "status === 200 && body.content === 'Hello from the stand-in.' && body.provider === 'ollama' && body.input_tokens > 0 && body.output_tokens === 4 && body.latency_ms > 0 && chats.length === 1 && chats[0].body.model === '$known_model'"

ask POST /v1/chat "{\"model\": \"ollama/$known_model\", $question}"
verify '3 the prefix "ollama/" is taken off before the upstream sees the name' \
  "status === 200 && body.model === '$known_model' && chats.length === 1 && chats[0].body.model === '$known_model'"

ask POST /v1/chat "{\"model\": \"$known_model:cloud\", $question}"
verify '4 ":cloud" without its provider is 404 provider-unavailable, and Ollama sees nothing' \
  'status === 404 && body.error.code === "provider-unavailable" && body.error.message.includes("ollama_cloud") && upstream.length === 0'

ask POST /v1/chat "{\"model\": \"unknown/$known_model\", $question}"
verify '5 an unknown prefix goes unchanged to the default provider, whose 404 becomes 502' \
  "status === 502 && body.error.code === 'model-not-found' && body.error.provider === 'ollama' && chats.length >= 1 && chats.every((chat) => chat.body.model === 'unknown/$known_model')"

ask POST /v1/chat "{$question}"
verify '6 a request without "model" is 400, and Ollama sees nothing' \
  'status === 400 && body.error.code === "invalid-request" && upstream.length === 0'

if [ "$passed" -ne 6 ]; then
  echo 'The end of the log of chatd:'
  tail -n 20 "$temp/chatd.log"
fi
echo "$passed/6 PASS"
[ "$passed" -eq 6 ]
