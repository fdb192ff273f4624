/** The worker that draws previews and 3-D plots: a WebGL context takes its time, and the page need not wait for it. */
import { expose } from 'comlink';
import { PictureMaker } from './picture-maker.js';

expose(new PictureMaker());
