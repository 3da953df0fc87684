/** Red, green and blue, each from 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number]

export const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
]

/** `0xrrggbb` as a colour. */
export const colour = (hex: number): Colour => [((hex >> 16) & 255) / 255, ((hex >> 8) & 255) / 255, (hex & 255) / 255]

/** A canvas in memory: edges are smooth at fractional positions, so slow movement does not jump from pixel to pixel. */
export class Picture {
  readonly widthPx: number
  readonly heightPx: number
  readonly #pixels: Float32Array

  constructor(widthPx: number, heightPx: number) {
    this.widthPx = widthPx
    this.heightPx = heightPx
    this.#pixels = new Float32Array(widthPx * heightPx * 3)
  }

  #blend(x: number, y: number, [red, green, blue]: Colour, alpha: number): void {
    const at = (y * this.widthPx + x) * 3
    const pixels = this.#pixels
    pixels[at] = (pixels[at] ?? 0) * (1 - alpha) + red * alpha
    pixels[at + 1] = (pixels[at + 1] ?? 0) * (1 - alpha) + green * alpha
    pixels[at + 2] = (pixels[at + 2] ?? 0) * (1 - alpha) + blue * alpha
  }

  /** Colour each row from `top` to `bottom` between the rows `fromY` and `toY`. */
  fillGradient(fromY: number, toY: number, top: Colour, bottom: Colour): void {
    for (let y = Math.max(0, fromY); y < Math.min(this.heightPx, toY); y++) {
      const row = mix(top, bottom, (y - fromY) / (toY - fromY))
      for (let x = 0; x < this.widthPx; x++) this.#blend(x, y, row, 1)
    }
  }

  fillRect(left: number, top: number, width: number, height: number, fill: Colour, alpha: number): void {
    const right = left + width
    const bottom = top + height
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(this.heightPx, Math.ceil(bottom)); y++) {
      const coverY = Math.min(y + 1, bottom) - Math.max(y, top)
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(this.widthPx, Math.ceil(right)); x++) {
        const coverX = Math.min(x + 1, right) - Math.max(x, left)
        this.#blend(x, y, fill, alpha * coverX * coverY)
      }
    }
  }

  /** A disc with an edge `softness` pixels wide. */
  fillDisc(centreX: number, centreY: number, radius: number, fill: Colour, alpha: number, softness = 1): void {
    const reach = radius + softness
    for (let y = Math.max(0, Math.floor(centreY - reach)); y < Math.min(this.heightPx, centreY + reach); y++) {
      for (let x = Math.max(0, Math.floor(centreX - reach)); x < Math.min(this.widthPx, centreX + reach); x++) {
        const distance = Math.hypot(x + 0.5 - centreX, y + 0.5 - centreY)
        const cover = Math.min(1, Math.max(0, (radius + softness / 2 - distance) / softness))
        if (cover > 0) this.#blend(x, y, fill, alpha * cover)
      }
    }
  }

  /** Light that falls off to nothing at `radius`; `squash` below 1 flattens it, as on a wet street. */
  addGlow(centreX: number, centreY: number, radius: number, light: Colour, strength: number, squash = 1): void {
    const reachY = radius * squash
    for (let y = Math.max(0, Math.floor(centreY - reachY)); y < Math.min(this.heightPx, centreY + reachY); y++) {
      for (let x = Math.max(0, Math.floor(centreX - radius)); x < Math.min(this.widthPx, centreX + radius); x++) {
        const distance = Math.hypot((x + 0.5 - centreX) / radius, (y + 0.5 - centreY) / reachY)
        if (distance >= 1) continue
        const gain = strength * (1 - distance) ** 2
        const at = (y * this.widthPx + x) * 3
        for (const [channel, value] of light.entries()) {
          const index = at + channel
          const before = this.#pixels[index] ?? 0
          this.#pixels[index] = before + (1 - before) * value * gain
        }
      }
    }
  }

  /** Mirror the rows above `waterY` below it, dimmed towards `water` and waving with `phase`. */
  reflect(waterY: number, water: Colour, phase: number): void {
    for (let y = waterY; y < this.heightPx; y++) {
      const depth = y - waterY
      const fromY = Math.max(0, Math.round(waterY - 1 - depth * 1.15))
      const shift = Math.sin(depth * 0.2 + phase) * (0.6 + depth * 0.03)
      for (let x = 0; x < this.widthPx; x++) {
        const fromX = Math.min(this.widthPx - 1, Math.max(0, Math.round(x + shift)))
        const from = (fromY * this.widthPx + fromX) * 3
        const to = (y * this.widthPx + x) * 3
        const keep = Math.max(0.14, 0.55 - depth * 0.004)
        for (let channel = 0; channel < 3; channel++) {
          this.#pixels[to + channel] = (this.#pixels[from + channel] ?? 0) * keep + (water[channel] ?? 0) * (1 - keep)
        }
      }
    }
  }

  /** The picture as packed RGB, eight bits each. */
  toRgb24(): Uint8Array {
    const bytes = new Uint8Array(this.#pixels.length)
    for (const [index, value] of this.#pixels.entries())
      bytes[index] = Math.round(Math.min(1, Math.max(0, value)) * 255)
    return bytes
  }
}
