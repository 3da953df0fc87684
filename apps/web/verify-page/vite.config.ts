import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

/**
 * The page that checks packages: one file that asks nothing of anybody. Its script and style stand in it, and its
 * policy allows these, by their digest, and nothing else: no network, no frame, no image.
 */
function oneFile(): Plugin {
  return {
    name: 'getuige:one-file',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const files = Object.values(bundle)
      const page = files.find((file) => file.type === 'asset' && file.fileName === 'index.html')
      const script = files.find((file) => file.type === 'chunk')
      const style = files.find((file) => file.type === 'asset' && file.fileName.endsWith('.css'))
      if (page?.type !== 'asset' || script?.type !== 'chunk' || style?.type !== 'asset' || files.length !== 3) {
        throw new Error(`the page is made of ${files.map(({ fileName }) => fileName).join(', ')}`)
      }
      const code = script.code.trim().replaceAll('</script', String.raw`<\/script`)
      const css = String(style.source).trim()
      const policy = `default-src 'none'; script-src ${digestOf(code)}; style-src ${digestOf(css)}; base-uri 'none'; form-action 'none'`
      page.fileName = 'verify.html'
      page.source = String(page.source)
        .replaceAll(/\s*<(script|link)[^>]*(src|href)="[^"]*"[^>]*>(<\/script>)?/g, '')
        .replace('<meta charset="utf-8" />', (charset) => {
          return `${charset}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`
        })
        .replace('</head>', () => `  <style>${css}</style>\n  </head>`)
        .replace('</body>', () => `  <script type="module">${code}</script>\n  </body>`)
      for (const { fileName } of [script, style]) delete bundle[fileName]
    },
  }
}

function digestOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

export default defineConfig({
  root: join(import.meta.dirname, '../../verify/src/page'),
  plugins: [oneFile()],
  publicDir: false,
  build: { target: 'es2023', sourcemap: false, modulePreload: false, cssCodeSplit: false, chunkSizeWarningLimit: 1000 },
})
