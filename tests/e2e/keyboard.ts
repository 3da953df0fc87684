import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** More than any screen has to be passed. */
const mostTabs = 120

/** Press Tab until that has the focus, and see that whoever looks at the screen sees where it is. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor({ state: 'attached' })
  for (let pressed = 0; pressed < mostTabs; pressed += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      await expectFocusVisible(page)
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${String(target)}`)
}

/** Where the keys go: an outline around it, or around the part of the form that it belongs to. */
export async function expectFocusVisible(page: Page): Promise<void> {
  const isVisible = () => {
    const isOutlined = (element: Element): boolean => {
      const { outlineColor, outlineStyle, outlineWidth } = getComputedStyle(element)
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0 && !outlineColor.endsWith(', 0)')
    }
    let element = document.activeElement
    for (let up = 0; element !== null && element !== document.body && up < 4; up += 1) {
      if (isOutlined(element)) return true
      element = element.parentElement
    }
    return false
  }
  // A colour may still be on its way.
  await page.waitForFunction(isVisible).catch(async () => {
    const where = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200))
    expect.fail(`nobody sees where the focus is: ${where}`)
  })
}

/** Type into what is reached by Tab. */
export async function typeInto(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.type(text)
}

/** Press the key that acts on what is reached by Tab. */
export async function press(page: Page, target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press(key)
}
