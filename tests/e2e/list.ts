import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** Not by its role: while suggestions are open what lies behind them is hidden from who does not see it. */
export const rows = (page: Page): Locator => page.locator('[role=grid] [role=row]:has([role=gridcell])')

/** The list of recordings has that many rows, and says so. */
export async function expectRows(page: Page, count: number): Promise<void> {
  await page.getByText(`${count} recording${count === 1 ? '' : 's'}`, { exact: true }).waitFor()
  await expect.poll(() => rows(page).count()).toBe(count)
}

/** By the keys of the list, once it stands there. */
export async function openFirst(page: Page): Promise<void> {
  await rows(page).first().waitFor()
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
}
