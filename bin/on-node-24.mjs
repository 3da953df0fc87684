#!/usr/bin/env node
// node bin/on-node-24.mjs SCRIPT ARGS…: run a script of this checkout on Node 24, which may not be the system's.
import { becomeScript, giveUp, installIfNeeded } from './node-24.mjs'

const [script, ...args] = process.argv.slice(2)
if (script === undefined) giveUp('usage: node bin/on-node-24.mjs SCRIPT ARGS…', 2)
installIfNeeded({ withDevelopmentTools: true })
becomeScript(script, args)
