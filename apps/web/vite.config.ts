import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** React Aria carries its words in some thirty languages; only those of the product are kept. */
function onlyOurLanguages(): Plugin {
  const ours = /^(nl-NL|fr-FR|de-DE|en-US)$/
  return {
    name: 'getuige:only-our-languages',
    load: {
      filter: { id: /react-(aria|stately|aria-components).*\/intl\/.*\/[a-z]{2}-[A-Z]{2}\.m?js/ },
      handler(id) {
        const locale = /([a-z]{2}-[A-Z]{2})\.m?js/.exec(id)?.[1]
        return locale === undefined || ours.test(locale) ? null : 'export default {}'
      },
    },
  }
}

export default defineConfig({
  plugins: [onlyOurLanguages(), react(), tailwindcss()],
  build: {
    target: 'es2023',
    sourcemap: false,
    chunkSizeWarningLimit: 400,
  },
  server: {
    host: '127.0.0.1',
    port: 5173,
    proxy: { '/api': { target: process.env['GETUIGE_SERVER'] ?? 'http://127.0.0.1:8080' } },
  },
})
