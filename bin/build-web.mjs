#!/usr/bin/env node
// Build the web app, when needed, with the Node that runs this. With `--verify-page OUT`, write out one of its pages too.
import { buildWebIfNeeded, writeVerifyPage } from './web-app.mjs'

const [option, out] = process.argv.slice(2)
if (option === '--verify-page' && out !== undefined) writeVerifyPage(process.execPath, out)
else buildWebIfNeeded(process.execPath)
