#!/usr/bin/env node
// Build the web app, when needed, with the Node that runs this.
import { buildWebIfNeeded } from './web-app.mjs'

buildWebIfNeeded(process.execPath)
