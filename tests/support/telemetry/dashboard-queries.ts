import { readFileSync } from 'node:fs';

export interface DashboardQuery {
  panel: string;
  expr: string;
  legendFormat: string;
}

interface DashboardPanel {
  type: string;
  title: string;
  targets?: { expr: string; legendFormat: string }[];
}

const DASHBOARD = new URL('../../../infra/observability/grafana-dashboard.json', import.meta.url);

/** What the panels of the Grafana dashboard ask, in their order. */
export function listDashboardQueries(): DashboardQuery[] {
  const { panels } = JSON.parse(readFileSync(DASHBOARD, 'utf8')) as { panels: DashboardPanel[] };
  return panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ panel: title, ...target })));
}
