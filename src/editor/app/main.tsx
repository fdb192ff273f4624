/** The app's entry: nothing but the window. */
import '../shell/theme.css';
