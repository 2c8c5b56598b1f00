import Model

/// How the client of a connection stands with the policy that holds now.
enum Standing: Equatable {
    /// Nothing has happened since it was judged that could change it; also where nobody is judged.
    case passed
    /// It begins nothing, and no byte of its tunnel or relay moves, until it has been judged again.
    case doubtful(CutCause)
    /// It has not passed: what it had in hand is finished, and its connection ends.
    case failed
}
