/** One value a secret setting, found nowhere else. */
export const PLANTED_SECRETS = {
  BIO_MCP_PUBMED_API_KEY: 'planted_ncbi_1f3a',
  BIO_MCP_OPENAI_API_KEY: 'planted-openai-2b7c',
  BIO_MCP_WEAVIATE_API_KEY: 'planted-weaviate-3c9d',
  BIO_MCP_TOKEN: 'planted-token-4d1e',
  BIO_MCP_OIDC_CLIENT_SECRET: 'planted-client-5e2f',
};
