import { execFileSync } from 'node:child_process';

/** `vfs` where the kernel mounts no overlay; it copies the whole image for each container. */
const { STORAGE_DRIVER = 'overlay' } = process.env;

/** What an image says of itself. */
export interface ImageConfig {
  Entrypoint?: string[];
  Cmd?: string[];
  Env: string[];
  User?: string;
  WorkingDir?: string;
  Healthcheck?: { Test: string[] };
  ExposedPorts?: Record<string, unknown>;
  Labels?: Record<string, string>;
}

/** Runs buildah and resolves to what it printed. */
export function buildah(...words: string[]): string {
  const env = { ...process.env, STORAGE_DRIVER };
  return execFileSync('buildah', words, { env, encoding: 'utf8', maxBuffer: 64 << 20 }).trim();
}

export function readConfig(image: string): ImageConfig {
  const inspected: { Docker: { config: ImageConfig } } = JSON.parse(
    buildah('inspect', '--type', 'image', image),
  );
  return inspected.Docker.config;
}

/** The image's files, for as long as it is used. */
export function withRoot<Answer>(image: string, use: (root: string) => Answer): Answer {
  const id = buildah('from', '--pull-never', image);
  try {
    return use(buildah('mount', id));
  } finally {
    buildah('rm', id);
  }
}
