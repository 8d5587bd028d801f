/** The worker file of workerpool: registers the task by its name. */
import workerpool from 'workerpool';
import { work } from './work.js';

workerpool.worker({ work });
