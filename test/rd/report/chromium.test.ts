/** The page in a browser, opened from the disk. LAQ_SCREENSHOTS names a folder to keep pictures of it in. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writeReport } from '../../../src/rd/report/report.js'
import { NASTY, stubPictures, stubPoints, stubRun } from './stub.js'

const executablePath = process.env.LAQ_CHROMIUM ?? '/usr/bin/chromium'
const missing = existsSync(executablePath) ? '' : ` (skipped: there is no Chromium at ${executablePath}; LAQ_CHROMIUM names one)`

describe.skipIf(missing !== '')(`report.html in Chromium${missing}`, () => {
  let folder: string
  let browser: Browser
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'laq-page-'))
    await writeReport(folder, stubRun, stubPoints(), { pictures: stubPictures })
    // no sandbox: containers have no user namespaces
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  })
  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Opens the page, and asserts afterwards that it asked for nothing and complained of nothing. */
  async function open(width: number, use: (page: Page) => Promise<void>): Promise<void> {
    const page = await browser.newPage({ viewport: { width, height: 900 } })
    const address = pathToFileURL(join(folder, 'report.html')).href
    const [requests, complaints]: string[][] = [[], []]
    page.on('request', (request) => requests.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    await page.goto(address)
    await page.waitForSelector('#curves .line')
    await use(page)
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([address])
    expect(complaints).toEqual([])
    await page.close()
  }

  const lines = (page: Page) => page.locator('#curves .line').evaluateAll((paths) => paths.map((path) => path.getAttribute('d')))
  const splitOf = (page: Page) => page.locator('#wipe').evaluate((wipe) => (wipe as HTMLElement).style.getPropertyValue('--split'))
  const sourceOf = (page: Page, name: string) => page.locator(`#picture-${name}`).getAttribute('src')

  test.each([1280, 390])('fits into %i pixels, with every picture shown', (width) =>
    open(width, async (page) => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      for (const name of ['original', 'left', 'right']) {
        const size = await page.locator(`#picture-${name}`).evaluate(async (image) => {
          await (image as HTMLImageElement).decode()
          return (image as HTMLImageElement).naturalWidth
        })
        expect(size).toBe(512)
      }
      // axes say what they show
      expect(await page.locator('#curves .label').allTextContents()).toEqual(['bits per pixel (whole file)', 'SSIMULACRA2 (score)'])
      if (process.env.LAQ_SCREENSHOTS)
        await page.screenshot({ path: join(process.env.LAQ_SCREENSHOTS, `report-${width}.png`), fullPage: true })
    }),
  )

  test('another metric, another item and hidden codecs change the curves', () =>
    open(1280, async (page) => {
      const first = await lines(page)
      expect(first).toHaveLength(3)
      await page.getByRole('radio', { name: 'Butteraugli 3-norm' }).check()
      const second = await lines(page)
      expect(second).not.toEqual(first)
      expect(await page.locator('#curves .label').allTextContents()).toContain('Butteraugli 3-norm (score, lower is better)')
      expect(await page.locator('#speed-metric').textContent()).toBe('Butteraugli 3-norm')

      const button = page.getByRole('button', { name: /^laq/ })
      await button.click()
      expect(await button.getAttribute('aria-pressed')).toBe('false')
      expect(
        await page.locator('#curves .curve').evaluateAll((groups) => groups.map((group) => (group as SVGElement).dataset.codec)),
      ).toEqual(['avif', 'mozjpeg'])
      const others = page.locator('.legend button[aria-pressed="true"]')
      while ((await others.count()) > 0) await others.first().click()
      expect(await page.locator('#curves').textContent()).toBe('Every codec is hidden')
      for (const each of await page.locator('.legend button').all()) {
        await each.focus()
        await page.keyboard.press('Space')
      }
      expect(await lines(page)).toEqual(second)

      await page.selectOption('#curves-item', { label: NASTY.replace('\n', ' ') })
      expect(await lines(page)).not.toEqual(second)
      expect(await page.locator('#curves .faint').count()).toBe(0)
    }))

  test('values are told at the pointer and by arrow keys', () =>
    open(1280, async (page) => {
      const box = (await page.locator('#curves .curve[data-codec="laq"] .mark').nth(1).boundingBox())!
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
      const tip = page.locator('#tip')
      expect(await tip.isVisible()).toBe(true)
      const words = await tip.textContent()
      for (const part of ['laq', 'quality 40', 'bpp', 'SSIMULACRA2 50.00', 'mean of 3 images']) expect(words).toContain(part)
      await page.mouse.move(0, 0)
      expect(await tip.isVisible()).toBe(false)

      await page.locator('#curves').focus()
      await page.keyboard.press('ArrowRight')
      await page.keyboard.press('ArrowRight')
      expect(await page.locator('#spoken').textContent()).toMatch(/^avif, quality 40, .* bpp, SSIMULACRA2 50\.00/)
      await page.keyboard.press('ArrowDown')
      expect(await page.locator('#spoken').textContent()).toMatch(/^laq, quality/)
    }))

  test('the split follows mouse and keys', () =>
    open(1280, async (page) => {
      expect(await splitOf(page)).toBe('50%')
      const wipe = page.locator('#wipe')
      await wipe.scrollIntoViewIfNeeded()
      const box = (await wipe.boundingBox())!
      await page.mouse.move(box.x + box.width * 0.5, box.y + 40)
      await page.mouse.down()
      await page.mouse.move(box.x + box.width * 0.25, box.y + 40)
      expect(Number.parseFloat(await splitOf(page))).toBeCloseTo(25, 0)
      await page.mouse.up()
      await page.mouse.move(box.x + box.width * 0.9, box.y + 40)
      const after = Number.parseFloat(await splitOf(page))
      expect(after).toBeCloseTo(25, 0)
      // the slider has the focus, and moves on from there
      await page.keyboard.press('ArrowRight')
      expect(Number.parseFloat(await splitOf(page))).toBeCloseTo(after + 1, 0)
      await page.locator('#split').focus()
      await page.keyboard.press('End')
      expect(await splitOf(page)).toBe('100%')
      const shown = await page.locator('#picture-left').evaluate((image) => getComputedStyle(image).clipPath)
      expect(shown).toMatch(/^inset\(0(px)?( calc\(0% \+ 0px\)| 0%| 0px| calc\(0%\))?/)
    }))

  test('pictures, codecs, rates and error maps are chosen', () =>
    open(1280, async (page) => {
      expect(await page.locator('#facts-left').textContent()).toContain('AVIF, libaom 3.15.1')
      expect(await page.locator('#name-right').textContent()).toBe('laq')
      const seen = new Set([await sourceOf(page, 'right')])
      const changes = async () => {
        const source = await sourceOf(page, 'right')
        expect(seen).not.toContain(source)
        seen.add(source)
      }
      await page.selectOption('#compare-right', { label: 'mozjpeg' })
      await changes()
      expect(await page.locator('#bytes').textContent()).toMatch(/^Right takes [\d.]+ % (more|fewer) bytes than left\.$/)
      await page.selectOption('#compare-rate', 'high')
      await changes()
      expect(await page.locator('#heat').isVisible()).toBe(false)
      await page.check('#maps')
      await changes()
      expect(await page.locator('#heat').isVisible()).toBe(true)
      expect(await page.locator('#picture-right').getAttribute('alt')).toBe('Error map of street.png, mozjpeg')
      await page.selectOption('#compare-item', { label: 'beach.png' })
      await changes()
      await page.selectOption('#compare-right', { label: 'Original' })
      await page.uncheck('#maps')
      expect(await sourceOf(page, 'right')).toBe(await sourceOf(page, 'original'))
      expect(await page.locator('#bytes').textContent()).toBe('')
    }))
})
