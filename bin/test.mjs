#!/usr/bin/env node
// npm test: every check and every test, on a machine with nothing but Node 20 and npm.
import { becomeScript, installIfNeeded, root } from './node-24.mjs'

installIfNeeded({ withDevelopmentTools: true })
becomeScript('tools/test.ts', process.argv.slice(2), { cwd: root })
