import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A file that pages load. Its address changes with what it holds, so that it can be kept for ever. */
export interface Asset {
  readonly address: string;
  readonly contentType: string;
  readonly body: Buffer;
}

export interface Assets {
  readonly style: Asset;
  readonly script: Asset;
  readonly icon: Asset;
}

const DIGITS = 12;

export function readAssets(): Assets {
  return {
    style: read('console.css', 'text/css; charset=utf-8'),
    script: read('console.js', 'text/javascript; charset=utf-8'),
    icon: read('icon.svg', 'image/svg+xml'),
  };
}

function read(name: string, contentType: string): Asset {
  const body = readFileSync(new URL(`assets/${name}`, import.meta.url));
  const digits = createHash('sha256').update(body).digest('hex').slice(0, DIGITS);
  const [stem = '', end = ''] = name.split('.');
  return { address: `/ui/assets/${stem}.${digits}.${end}`, contentType, body };
}
