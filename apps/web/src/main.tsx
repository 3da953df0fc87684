import './styles.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { loadLanguage, startLanguage } from './messages/translate.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')

await loadLanguage(startLanguage())
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
