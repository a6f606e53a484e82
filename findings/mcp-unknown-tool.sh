#!/usr/bin/env bash
# Claim: the MCP SDK for TypeScript answers an unknown tool with a result, an unknown resource with an error
#
# One would guess that calling a tool that does not exist is a JSON-RPC error: the specification's own example of one
# is "Unknown tool", code -32602, and an unknown resource or prompt gets it. For tools the SDK catches its own error
# and puts the text of it, with the code inside, into an ordinary result with isError. A client that maps JSON-RPC
# errors to "no such tool" and isError to "the tool failed" never sees the first from these servers.
#
# Version: @modelcontextprotocol/server-everything 2026.8.31 with @modelcontextprotocol/sdk 1.32.2
# Source: https://modelcontextprotocol.io/specification/2025-11-25/server/tools#error-handling against
#   https://github.com/modelcontextprotocol/typescript-sdk/issues/1510
# Seen:
#   tools/call of no-such: result {"content":[{"type":"text","text":"MCP error -32602: Tool no-such not found"}],"isError":true}
#   resources/read of no:such: error {"code":-32602,"message":"MCP error -32602: Resource no:such not found"}
#   prompts/get of no-such: error {"code":-32602,"message":"MCP error -32602: Prompt no-such not found"}

source "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

needs npm node
npm install --prefix "$work" --no-audit --no-fund --ignore-scripts --loglevel=error \
  @modelcontextprotocol/server-everything@2026.8.31 @modelcontextprotocol/sdk@1.32.2 >&2 || could_not_run "npm failed"
cat >"$work/client.mjs" <<'JAVASCRIPT'
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const server = spawn(process.execPath, [process.argv[2], "stdio"], { stdio: ["pipe", "pipe", "ignore"] });
const waiting = new Map();
createInterface({ input: server.stdout }).on("line", (line) => {
  const message = JSON.parse(line);
  waiting.get(message.id)?.(message);
});
const send = (message) => server.stdin.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\n");
const call = (method, params) =>
  new Promise((done) => {
    const id = waiting.size + 1;
    waiting.set(id, done);
    send({ id, method, params });
  });

const clientInfo = { name: "finding", version: "1" };
await call("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
send({ method: "notifications/initialized" });
for (const [method, params] of [
  ["tools/call", { name: "no-such", arguments: {} }],
  ["resources/read", { uri: "no:such" }],
  ["prompts/get", { name: "no-such" }],
]) {
  const answer = await call(method, params);
  const kind = "error" in answer ? "error" : "result";
  console.log(`${method} of ${params.name ?? params.uri}: ${kind} ${JSON.stringify(answer[kind])}`);
}
server.kill();
JAVASCRIPT
node "$work/client.mjs" "$work/node_modules/@modelcontextprotocol/server-everything/dist/index.js" >"$work/now"
compare
