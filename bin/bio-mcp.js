#!/usr/bin/env node
// The installed command. It must be readable to every Node, so that an old one gets a sentence and no syntax error.
import module from 'node:module';

if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`bio-mcp: it needs Node 24 or later, and this is ${process.version}: https://nodejs.org`);
  process.exit(1);
}
// Compiled code is kept between runs: a start takes about half the time. Worker threads take it from the environment.
const { directory } = module.enableCompileCache?.() ?? {};
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory;
await import(new URL('../dist/main.js', import.meta.url).href);
