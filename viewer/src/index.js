// The component as Streamlit's components v2 call it: once for every new data or theme.
import { CrystalView } from './view.js';
import './viewer.css';

const views = new WeakMap();

export default function mount({ parentElement, data, setStateValue }) {
  let view = views.get(parentElement);
  if (!view) {
    view = new CrystalView(parentElement);
    views.set(parentElement, view);
  }
  view.update(data, setStateValue);
  return () => {
    views.delete(parentElement);
    view.destroy();
  };
}
