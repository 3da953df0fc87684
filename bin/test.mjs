#!/usr/bin/env node
// npm test: every check and every test, on a machine with nothing but Node 20 and npm.
import { becomeScript, findNode24, installIfNeeded, root } from './node-24.mjs'

const sayThatItFailed = () => process.stdout.write('0 passed, 1 failed\n')
process.once('exit', sayThatItFailed)
installIfNeeded({ withDevelopmentTools: true })
findNode24()
process.off('exit', sayThatItFailed)

becomeScript('tools/test.ts', process.argv.slice(2), { cwd: root })
