// A failed automatic install only warns and the script still runs: say here what is wrong, before a tool fails oddly.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`Node >= 22.19 is needed, but this runs under ${process.version}.
The workspace brings its own Node 24 (the optional dependency "node"). If the install above failed, fix that first.
If it succeeded, Node 24 is not packaged for this platform: install Node 24 yourself and run the command again.`);
  process.exit(1);
}
