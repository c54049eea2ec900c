import type { Page } from 'playwright-core';
import { tabTo } from './browser.ts';

/** How somebody works on a page; each thing is named by its CSS selector. */
export interface Hands {
  /** A link, a button, or what opens details. */
  press(selector: string): Promise<void>;
  write(selector: string, text: string): Promise<void>;
  tick(selector: string): Promise<void>;
  /** One of a select, by what it is called. */
  choose(selector: string, name: string): Promise<void>;
}

/** Nothing but Tab, Enter, Space and letters. */
export function byKeyboard(page: Page): Hands {
  return {
    async press(selector) {
      await tabTo(page, selector);
      await page.keyboard.press('Enter');
    },
    async write(selector, text) {
      await tabTo(page, selector);
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type(text);
    },
    async tick(selector) {
      await tabTo(page, selector);
      await page.keyboard.press('Space');
    },
    async choose(selector, name) {
      await tabTo(page, selector);
      await page.keyboard.type(name);
    },
  };
}

/** The pointer, and the keyboard for letters alone. What is covered by something else cannot be clicked. */
export function byMouse(page: Page): Hands {
  const click = (selector: string) => page.locator(selector).first().click();
  return {
    press: click,
    async write(selector, text) {
      await page.locator(selector).first().click({ clickCount: 3 });
      await page.keyboard.type(text);
    },
    tick: click,
    async choose(selector, name) {
      await page.locator(selector).selectOption(name);
    },
  };
}
