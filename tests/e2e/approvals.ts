import type { Download, Page } from 'playwright-core'

/** The second person finds what is asked among what waits for them, reads it, and approves it. */
export async function approve(page: Page, act: string, reads: string): Promise<void> {
  await page.goto(new URL('/approvals', page.url()).href)
  const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: act }) })
  await card.getByText(reads).first().waitFor()
  await card.getByRole('button', { name: 'Approve' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill('Nagekeken: het nummer klopt met het dossier.')
  await dialog.getByRole('button', { name: 'Approve' }).click()
  await page.getByText('Approved and done.').first().waitFor()
}

/** Whoever asked for an export fetches it, once it is approved, among what they asked. */
export async function fetchApproved(page: Page): Promise<Download> {
  await page.goto(new URL('/approvals', page.url()).href)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the package' }).click(),
  ])
  return download
}
