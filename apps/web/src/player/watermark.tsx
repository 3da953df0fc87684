/** Who watches, for what and since when, faint over the picture: a photograph of the screen says where it was taken. */
export function Watermark({ words }: { words: string }) {
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-0 overflow-hidden select-none">
      <div className="absolute inset-[-30%] flex rotate-[-18deg] flex-col justify-around">
        {Array.from({ length: 9 }, (_, line) => (
          <p
            key={line}
            className="text-sm whitespace-nowrap text-[#ffffff] opacity-20 mix-blend-difference"
            style={{ paddingLeft: `${(line % 3) * 7}rem` }}
          >
            {Array.from({ length: 8 }, () => words).join('      ')}
          </p>
        ))}
      </div>
    </div>
  )
}
