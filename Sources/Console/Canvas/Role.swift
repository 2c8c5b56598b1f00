/// What a cell is about; a theme decides how that looks.
///
/// Raw values are the names that theme files use. There are fewer than 60 of them, because a terminal with
/// eight colours has 64 pairs and each role takes at most one.
enum Role: String, CaseIterable, Sendable {
    case text
    case textMuted = "text.muted"
    case textStrong = "text.strong"
    /// Something a stranger wrote that is not what it seems: control characters, invisible characters.
    case textUnsafe = "text.unsafe"

    case frame
    case frameFocus = "frame.focus"
    case title
    case titleFocus = "title.focus"
    case tab
    case tabActive = "tab.active"
    case hintKey = "hint.key"
    case hintText = "hint.text"
    case hintDisabled = "hint.disabled"

    case header
    case lockObserve = "lock.observe"
    case lockArmed = "lock.armed"
    case linkLive = "link.live"
    case linkSlow = "link.slow"
    case linkGone = "link.gone"

    case tableHeader = "table.header"
    case tableSorted = "table.sorted"
    case selection
    case selectionUnfocused = "selection.unfocused"

    case stateOk = "state.ok"
    case stateWarn = "state.warn"
    case stateFail = "state.fail"
    case stateOff = "state.off"
    case modeVerify = "mode.verify"
    case modePassthrough = "mode.passthrough"
    case modeOff = "mode.off"

    case logTime = "log.time"
    case logOk = "log.ok"
    case logFail = "log.fail"
    case logReason = "log.reason"
    case logIdentity = "log.identity"
    case logHeld = "log.held"
    case logFollow = "log.follow"

    case dialogue
    case dialogueTitle = "dialogue.title"
    case field
    case fieldFocus = "field.focus"
    case fieldError = "field.error"
    case button
    case buttonFocus = "button.focus"

    case toastInfo = "toast.info"
    case toastWarn = "toast.warn"
    case toastError = "toast.error"
    case helpHeading = "help.heading"
    case helpKey = "help.key"

    /// How the role looks where a theme says nothing about it.
    ///
    /// A role without an entry looks like what its name begins with: `state.off` like `text`.
    var defaultStyle: String? {
        switch self {
        case .text: "text"
        case .textMuted, .hintDisabled, .hintText, .tab: "muted"
        case .textStrong, .title: "text bold"
        case .textUnsafe: "warn underline"
        case .frame: "muted"
        case .frameFocus: "accent"
        case .titleFocus: "accent bold"
        case .tabActive: "text on select bold"
        case .hintKey, .helpKey: "accent bold"
        case .header: "text"
        case .lockObserve: "info bold"
        case .lockArmed: "fail bold reverse"
        case .linkLive: "ok"
        case .linkSlow: "warn bold"
        case .linkGone: "fail bold"
        case .tableHeader: "muted bold"
        case .tableSorted: "accent bold"
        case .selection: "text on select bold"
        case .selectionUnfocused: "text on select"
        case .stateOk: "ok"
        case .stateWarn: "warn"
        case .stateFail: "fail bold"
        case .stateOff, .modeOff: "muted"
        case .modeVerify: "ok"
        case .modePassthrough: "trial"
        case .logTime: "muted"
        case .logOk: "ok"
        case .logFail: "fail bold"
        case .logReason: "warn"
        case .logIdentity: "text"
        case .logHeld: "warn bold"
        case .logFollow: "ok"
        case .dialogue: "text"
        case .dialogueTitle: "accent bold"
        case .field: "text underline"
        case .fieldFocus: "text on select bold"
        case .fieldError: "fail bold"
        case .button: "text"
        case .buttonFocus: "text on select bold reverse"
        case .toastInfo: "info"
        case .toastWarn: "warn bold"
        case .toastError: "fail bold"
        case .helpHeading: "accent bold underline"
        }
    }
}
