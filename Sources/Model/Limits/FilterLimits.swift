/// What a filter may cost to read.
public enum FilterLimits {
    /// Characters.
    public static let length = 1_024
    /// Words and comparisons, those of saved filters included.
    public static let terms = 128
    /// Parentheses and saved filters within each other.
    public static let depth = 16
}
