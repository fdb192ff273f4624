/** The parts of ECharts that our options use; a renderer is added by who draws. */
import { CustomChart, LineChart, LinesChart, ScatterChart } from 'echarts/charts';
import { GraphicComponent, GridComponent, MarkAreaComponent, MarkLineComponent } from 'echarts/components';

/** What `echarts.use` is given besides a renderer. */
export const PARTS = [
  CustomChart,
  LineChart,
  LinesChart,
  ScatterChart,
  GraphicComponent,
  GridComponent,
  MarkAreaComponent,
  MarkLineComponent,
];
