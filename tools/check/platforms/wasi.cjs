// Run a WebAssembly program with node: node wasi.cjs PROGRAM [ARGUMENT ...]
const { readFileSync } = require("node:fs");
const { WASI } = require("node:wasi");

const args = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args });
const imports = { wasi_snapshot_preview1: wasi.wasiImport };
const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(args[0])), imports);
process.exitCode = wasi.start(instance);
