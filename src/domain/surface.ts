/**
 * A way in, by what its callers may name: on the command line files of this machine, over HTTP and MCP what
 * the settings allow.
 */
export type Surface = 'cli' | 'http';
