import { spawn } from 'node:child_process';

/**
 * Shows a page in the user's browser; nothing happens where there is none, so its address is to be told too.
 */
export function openInBrowser(url: string, platform: NodeJS.Platform): void {
  const [command, ...words] = toCommand(platform);
  const child = spawn(command, [...words, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined); // the address was told
  child.unref();
}

function toCommand(platform: NodeJS.Platform): [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  // `start` of cmd.exe would take the `&` of an address for its own.
  return platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open'];
}
