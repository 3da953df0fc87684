const glyphs = {
  play: 'M4 2.5v11l9-5.5z',
  pause: 'M3.5 2.5h3v11h-3zM9.5 2.5h3v11h-3z',
  stepBack: 'M3 3h2v10H3zM13 3v10L6 8z',
  stepOn: 'M11 3h2v10h-2zM3 3v10l7-5z',
  back: 'M8 3v10L1.5 8zM15 3v10L8.5 8z',
  on: 'M8 3v10l6.5-5zM1 3v10l6.5-5z',
  sound: 'M2 6h3l4-3.5v11L5 10H2zM11 5.2l1-.9a5 5 0 0 1 0 7.4l-1-.9a3.8 3.8 0 0 0 0-5.6z',
  silent:
    'M2 6h3l4-3.5v11L5 10H2zM10.6 6.3l.9-.9 1.6 1.6 1.6-1.6.9.9L14 7.9l1.6 1.6-.9.9-1.6-1.6-1.6 1.6-.9-.9 1.6-1.6z',
  full: 'M2 2h5v1.8H3.8V7H2zM14 14H9v-1.8h3.2V9H14z',
  unfull: 'M7 7H2V5.2h3.2V2H7zM9 9h5v1.8h-3.2V14H9z',
  loop: 'M4.5 3.2h6A3.8 3.8 0 0 1 14.3 7v.8h-1.6V7a2.2 2.2 0 0 0-2.2-2.2h-6v2L1.2 4l3.3-2.8zM11.5 12.8h-6A3.8 3.8 0 0 1 1.7 9v-.8h1.6V9a2.2 2.2 0 0 0 2.2 2.2h6v-2l3.3 2.8-3.3 2.8z',
  marker: 'M3 1.5h10v13l-5-3.6-5 3.6z',
  clip: 'M4 1l4.4 6.6L12.8 1l1.2.8-4.7 7 1 1.5a2.7 2.7 0 1 1-1.3.8L8.4 10l-.6 1.1a2.7 2.7 0 1 1-1.3-.8l1-1.5-4.7-7zM5 11.6a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4zm6.6 0a1.2 1.2 0 1 0 0 2.4 1.2 1.2 0 0 0 0-2.4z',
  notes: 'M1.5 3h13v10h-13zM4 8.6v1.6h5V8.6zm6.4 0v1.6H12V8.6zM4 5.6v1.6h2.4V5.6zm3.8 0v1.6H12V5.6z',
  adjust: 'M8 1.5a6.5 6.5 0 1 1 0 13zM8 1.5a6.5 6.5 0 1 0 0 13v-1.6a4.9 4.9 0 1 1 0-9.8z',
  larger:
    'M7 1.5a5.5 5.5 0 1 1-3.4 9.8l-2.4 2.4L.1 12.6l2.4-2.4A5.5 5.5 0 0 1 7 1.5zM7.8 4.2H6.2v2H4.3v1.6h1.9v2h1.6v-2h1.9V6.2H7.8z',
  smaller: 'M7 1.5a5.5 5.5 0 1 1-3.4 9.8l-2.4 2.4L.1 12.6l2.4-2.4A5.5 5.5 0 0 1 7 1.5zM4.3 6.2v1.6h5.4V6.2z',
} as const

export type GlyphName = keyof typeof glyphs

/** What stands on the buttons of players. What the button does is its name. */
export function Glyph({ name }: { name: GlyphName }) {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className="size-4" fill="currentColor">
      <path d={glyphs[name]} />
    </svg>
  )
}
