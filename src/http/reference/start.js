// Runs in the browser, after Swagger UI. A token stays in the page, and nobody else is asked whether the description is right.
window.SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  // Its colours are too pale to read.
  syntaxHighlight: false,
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
});
