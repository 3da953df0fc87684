#!/usr/bin/env node
// npm start: install, build the web app and start the server, each only when needed.
import { becomeScript, findNode24, giveUp, installIfNeeded, root } from './node-24.mjs'
import { buildWebIfNeeded } from './web-app.mjs'

// Without the dashes an empty installation for real recordings would start instead.
if (process.env['npm_config_demo'] !== undefined && !process.argv.includes('--demo'))
  giveUp('npm kept --demo for itself. Write: npm start -- --demo')

installIfNeeded()
buildWebIfNeeded(findNode24())
// Fewer arenas of the C library's allocator: a server that receives and pictures keeps a sixth less memory, no slower.
// What was compiled once is not compiled again at the next start; Node leaves it where it may not write.
const env = { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: `${root}/node_modules/.cache/compiled`, ...process.env }
// What is received comes in pieces of 64 KiB, each soon garbage. Collected by one thread it takes a third less of the
// processors than by four that wait for each other, and the threads that seal keep their cores.
const flags = ['--single-threaded-gc']
becomeScript('apps/server/src/main.ts', process.argv.slice(2), { cwd: root, env, flags })
