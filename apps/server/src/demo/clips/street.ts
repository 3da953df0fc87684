import { drawFrameCode, frameCode } from './frame-code.ts'
import { type Colour, colour, mix, Picture } from './picture.ts'
import { drawText, textWidth } from './pixel-font.ts'

/** Light of the hour: sky from zenith to horizon, house fronts, ground, and the colour of lamps and windows. */
type Palette = Readonly<{
  zenith: Colour
  horizon: Colour
  far: Colour
  near: Colour
  ground: Colour
  lamp: Colour
  window: Colour
  /** Share of windows and lamps that are on. */
  lit: number
}>

const palette = (
  zenith: number,
  horizon: number,
  far: number,
  near: number,
  ground: number,
  lamp: number,
  window: number,
  lit: number,
): Palette => ({
  zenith: colour(zenith),
  horizon: colour(horizon),
  far: colour(far),
  near: colour(near),
  ground: colour(ground),
  lamp: colour(lamp),
  window: colour(window),
  lit,
})

const palettes = {
  morning: palette(0x8fb4cf, 0xf1dcc0, 0xa9b3bd, 0x6d7885, 0x7c858c, 0xfff1cc, 0xdfe9ee, 0.12),
  overcast: palette(0x94a1ad, 0xd4d9d8, 0x98a2a8, 0x5e6a72, 0x6b757b, 0xfff0cf, 0xd7e2e6, 0.2),
  clear: palette(0x4f8fc4, 0xcfe4ea, 0x90a8b8, 0x7d5f52, 0x81827e, 0xfff4d8, 0xbfd6e2, 0.1),
  golden: palette(0x5c7ea8, 0xf6b878, 0x9a7f86, 0x5a4650, 0x6c5c5e, 0xffd9a0, 0xffcf8a, 0.35),
  dusk: palette(0x2b3567, 0xe8876a, 0x6a5577, 0x362c4c, 0x3c3550, 0xffc27a, 0xffc66f, 0.5),
  violet: palette(0x1d1c48, 0xa35a8e, 0x4b3a6c, 0x251f40, 0x2a2745, 0xffb58a, 0xffbe78, 0.55),
  blue: palette(0x0c1b3c, 0x3f6c96, 0x28456a, 0x13233f, 0x182a44, 0xffd28c, 0xffcb7d, 0.55),
  night: palette(0x05080f, 0x1d2a44, 0x151f35, 0x0b111f, 0x0f1625, 0xffb764, 0xffc775, 0.4),
  sodium: palette(0x0d0a10, 0x4a3226, 0x2b2024, 0x171218, 0x201a1c, 0xff9d45, 0xffb258, 0.3),
  teal: palette(0x04161c, 0x1f5a5c, 0x133b42, 0x0a2229, 0x0d2a30, 0xd8ffe0, 0xffe19a, 0.42),
} as const satisfies Record<string, Palette>

type PaletteName = keyof typeof palettes
type Ground = 'street' | 'canal' | 'square'

/** What one clip shows. `seed` fixes every detail, so a clip is drawn the same each time. */
export type Scene = Readonly<{
  seed: number
  palette: PaletteName
  /** The light at the end of the clip, when it changes. */
  towards?: PaletteName
  ground: Ground
  /** Pixels the nearest houses move to the left each second; negative moves them to the right. */
  panPxPerSecond: number
  /** Lights that pass along the street. */
  traffic: number
  hasTram: boolean
  /** Seconds of the clip at which lightning lights everything: what several cameras of one event see at once. */
  flashes?: readonly number[]
}>

/** Numbers from 0 to 1 that depend on the seed and the position alone. */
const noise = (seed: number, index: number): number => {
  let value = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 0x165667b1, 0xc2b2ae35)
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d)
  value = Math.imul(value ^ (value >>> 13), 0x297a2d39)
  return ((value ^ (value >>> 16)) >>> 0) / 2 ** 32
}

const horizonY = 158
const bandTop = 232

const mixPalettes = (a: Palette, b: Palette, share: number): Palette => ({
  zenith: mix(a.zenith, b.zenith, share),
  horizon: mix(a.horizon, b.horizon, share),
  far: mix(a.far, b.far, share),
  near: mix(a.near, b.near, share),
  ground: mix(a.ground, b.ground, share),
  lamp: mix(a.lamp, b.lamp, share),
  window: mix(a.window, b.window, share),
  lit: a.lit + (b.lit - a.lit) * share,
})

/** One row of houses with stepped or flat gables, shifted by `offsetPx`. */
function drawHouses(
  picture: Picture,
  row: Readonly<{ seed: number; light: Palette; front: Colour; offsetPx: number; heightPx: number; windows: boolean }>,
): void {
  const plot = row.windows ? 58 : 44
  const first = Math.floor(row.offsetPx / plot) - 1
  const last = first + Math.ceil(picture.widthPx / plot) + 2
  for (let house = first; house <= last; house++) {
    const wide = plot - (row.windows ? 1.5 : 0)
    const left = house * plot - row.offsetPx
    const tall = row.heightPx * (0.55 + 0.45 * noise(row.seed, house * 7))
    const top = horizonY - tall
    const front = mix(row.front, row.light.horizon, 0.12 * noise(row.seed, house * 7 + 1))
    picture.fillRect(left, top, wide, tall + 2, front, 1)

    const gable = noise(row.seed, house * 7 + 2)
    if (gable < 0.62) {
      const steps = gable < 0.3 ? 3 : 4
      for (let step = 1; step <= steps; step++) {
        const inset = (wide / 2.3) * (step / steps)
        picture.fillRect(left + inset, top - step * 5, wide - inset * 2, 5.2, front, 1)
      }
    } else if (row.windows) picture.fillRect(left - 1, top - 3, wide + 2, 3.5, mix(front, [0, 0, 0], 0.2), 1)

    if (!row.windows) continue
    const storeys = Math.max(2, Math.floor(tall / 25))
    for (let storey = 0; storey < storeys; storey++) {
      for (let column = 0; column < 3; column++) {
        const id = house * 97 + storey * 11 + column
        const isLit = noise(row.seed, id) < row.light.lit
        const glass = isLit
          ? mix(row.light.window, row.light.lamp, noise(row.seed, id + 1))
          : mix(front, row.light.horizon, 0.16)
        picture.fillRect(left + 9 + column * 15.5, top + 7 + storey * 25, 8.5, 14, glass, isLit ? 0.94 : 0.8)
      }
    }
  }
}

function drawGround(picture: Picture, scene: Scene, light: Palette, travelledPx: number, seconds: number): void {
  if (scene.ground === 'canal') {
    picture.reflect(horizonY + 8, mix(light.ground, light.zenith, 0.4), seconds * 1.6)
    picture.fillRect(0, horizonY + 1, picture.widthPx, 7, mix(light.near, light.ground, 0.5), 1)
    return
  }
  picture.fillGradient(
    horizonY,
    picture.heightPx,
    mix(light.ground, light.horizon, 0.22),
    mix(light.ground, [0, 0, 0], 0.3),
  )
  picture.fillRect(0, horizonY, picture.widthPx, 6, mix(light.ground, light.near, 0.45), 1)
  const marks =
    scene.ground === 'street'
      ? [{ y: 196, gap: 92, wide: 46, tall: 3.5 }]
      : [18, 34, 54].map((drop, row) => ({
          y: horizonY + drop,
          gap: 70 + row * 26,
          wide: 66 + row * 25,
          tall: 1.6 + row * 0.5,
        }))
  for (const [row, mark] of marks.entries()) {
    const shift = (travelledPx * (1.15 + row * 0.2)) % mark.gap
    for (let x = -mark.gap * 2 - shift; x < picture.widthPx + mark.gap; x += mark.gap) {
      picture.fillRect(x, mark.y, mark.wide, mark.tall, mix(light.ground, light.horizon, 0.55), 0.6)
    }
  }
}

function drawLamps(picture: Picture, light: Palette, travelledPx: number): void {
  const gap = 168
  const offset = travelledPx * 1.3
  const first = Math.floor(offset / gap) - 1
  for (let lamp = first; lamp <= first + 5; lamp++) {
    const x = lamp * gap - offset + 40
    picture.fillRect(x - 1.2, 84, 2.4, horizonY - 74, mix(light.near, [0, 0, 0], 0.35), 1)
    picture.fillRect(x - 1, 83, 15, 2.2, mix(light.near, [0, 0, 0], 0.35), 1)
    if (light.lit > 0.25) {
      picture.addGlow(x + 13, 88, 46, light.lamp, 0.75)
      picture.addGlow(x + 13, 196, 70, light.lamp, 0.32, 0.28)
    }
    picture.fillDisc(x + 13, 87.5, 3.2, mix(light.lamp, [1, 1, 1], 0.4), light.lit > 0.25 ? 1 : 0.5)
  }
}

function drawTraffic(picture: Picture, scene: Scene, light: Palette, seconds: number): void {
  const span = picture.widthPx + 160
  for (let car = 0; car < scene.traffic; car++) {
    const towards = noise(scene.seed, car * 5 + 900) < 0.5
    const speed = 40 + 70 * noise(scene.seed, car * 5 + 901)
    const way = (noise(scene.seed, car * 5 + 902) * span + seconds * speed) % span
    const x = towards ? way - 80 : picture.widthPx + 80 - way
    const y = scene.ground === 'canal' ? horizonY - 2 : towards ? 207 : 184
    const size = scene.ground === 'canal' ? 0.6 : towards ? 1.25 : 0.9
    const lamp: Colour = towards ? mix(light.lamp, [1, 1, 1], 0.55) : [0.95, 0.16, 0.14]
    picture.fillRect(x - 26 * size, y - 9 * size, 52 * size, 11 * size, mix(light.near, [0, 0, 0], 0.25), 0.9)
    picture.fillRect(x - 15 * size, y - 16 * size, 28 * size, 8 * size, mix(light.near, light.horizon, 0.18), 0.9)
    const nose = x + (towards ? 26 : 27) * size
    picture.addGlow(nose, y - 3 * size, 34 * size, lamp, 0.7)
    picture.fillDisc(nose, y - 3 * size, 2.6 * size, lamp, 1)
    picture.addGlow(nose, y + 12 * size, 44 * size, lamp, 0.3, 0.2)
  }
}

function drawTram(picture: Picture, scene: Scene, light: Palette, share: number): void {
  const long = 250
  const x = -long + (picture.widthPx + long * 2) * share - long * 0.4
  const body = mix(colour(0xb5403a), light.near, 0.35 + 0.2 * noise(scene.seed, 77))
  picture.fillRect(x, 118, long, 50, body, 1)
  picture.fillRect(x + 4, 113, long - 8, 6, mix(body, [0, 0, 0], 0.4), 1)
  picture.fillRect(x, 150, long, 3, mix(body, light.lamp, 0.5), 1)
  for (let pane = 0; pane < 8; pane++) picture.fillRect(x + 9 + pane * 30, 125, 22, 18, light.window, 0.95)
  picture.fillRect(x + 6, 167, long - 12, 5, mix(light.near, [0, 0, 0], 0.6), 1)
  picture.addGlow(x + long, 160, 60, light.lamp, 0.6)
}

/** Draw what the camera of `scene` sees after `seconds` of a clip that lasts `durationSeconds`. */
export function drawScene(picture: Picture, scene: Scene, seconds: number, durationSeconds: number): void {
  const share = seconds / durationSeconds
  const from: Palette = palettes[scene.palette]
  const light = scene.towards === undefined ? from : mixPalettes(from, palettes[scene.towards], share)
  const travelledPx = scene.panPxPerSecond * seconds + 2.5 * Math.sin(seconds * 1.1 + scene.seed) + 4000

  picture.fillGradient(0, horizonY, light.zenith, light.horizon)
  picture.fillGradient(horizonY, picture.heightPx, light.ground, light.ground)
  const discX = 70 + 340 * noise(scene.seed, 5) - travelledPx * 0.04 + 160
  const isNight = light.zenith[2] < 0.3
  picture.addGlow(discX, 52, 90, mix(light.horizon, [1, 1, 1], 0.5), isNight ? 0.25 : 0.5)
  picture.fillDisc(discX, 52, isNight ? 11 : 16, mix(light.horizon, [1, 1, 0.95], isNight ? 0.75 : 0.6), 0.9)

  const hazy = mix(light.far, light.horizon, 0.25)
  drawHouses(picture, {
    seed: scene.seed + 11,
    light,
    front: hazy,
    offsetPx: travelledPx * 0.35,
    heightPx: 92,
    windows: false,
  })
  drawHouses(picture, {
    seed: scene.seed,
    light,
    front: light.near,
    offsetPx: travelledPx,
    heightPx: 84,
    windows: true,
  })
  if (scene.ground === 'canal') drawTraffic(picture, scene, light, seconds)
  drawGround(picture, scene, light, travelledPx, seconds)
  if (scene.hasTram) drawTram(picture, scene, light, share)
  if (scene.ground !== 'canal') drawTraffic(picture, scene, light, seconds)
  drawLamps(picture, light, travelledPx)
  const since = Math.min(...(scene.flashes ?? []).map((at) => (seconds >= at ? seconds - at : Infinity)), Infinity)
  if (since < 0.4) picture.fillRect(0, 0, picture.widthPx, bandTop, [0.93, 0.96, 1], 0.85 * (1 - since / 0.4))
}

/** Burn in what a person reads (wall clock, frame number, "synthetic") and what a machine reads (the frame code). */
export function drawOverlay(picture: Picture, clipNumber: number, clock: string, frameNumber: number): void {
  picture.fillRect(0, bandTop, picture.widthPx, picture.heightPx - bandTop, [0.03, 0.03, 0.04], 1)
  drawText(picture, clock, { x: 14, y: 240, scale: 3, level: 1 })
  drawFrameCode(picture, frameNumber)

  const label = `SYNTHETIC ${String(clipNumber).padStart(2, '0')}`
  const counter = `#${String(frameNumber).padStart(4, '0')}`
  picture.fillRect(8, 8, textWidth(label, 2) + 12, 24, [0.03, 0.03, 0.04], 0.62)
  drawText(picture, label, { x: 14, y: 13, scale: 2, level: 0.94 })
  const counterX = picture.widthPx - 14 - textWidth(counter, 2)
  picture.fillRect(counterX - 6, 8, textWidth(counter, 2) + 12, 24, [0.03, 0.03, 0.04], 0.62)
  drawText(picture, counter, { x: counterX, y: 13, scale: 2, level: 0.94 })
}

/** A new picture of the size that all clips have. */
export const newPicture = (): Picture => new Picture(frameCode.widthPx, frameCode.heightPx)
