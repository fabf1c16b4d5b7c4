"""Words of messages that leave the house, and of their being late."""

WORDS: dict[str, tuple[str, str]] = {
    "deliver.digest": ("알림 {count}개가 있어요.", "{count} messages for you."),
    "deliver.more": ("앞선 {count}개는 화면에서 볼 수 있어요.", "{count} earlier ones stand on the page."),
    "deliver.executed": ("거래 {count}건을 실행했어요. 비용 {cost}.", "{count} trades were carried out, cost {cost}."),
    "deliver.failed": (
        "알림 {count}개를 보내지 못했어요. {at}에 다시 보낼게요.",
        "{count} messages could not be sent; I try again on {at}.",
    ),
    "deliver.unset": (
        "알림을 받을 곳이 정해져 있지 않아 화면에만 남겨요.",
        "No address for messages is set, so alerts only stand here.",
    ),
    "deliver.held": ("알림 {count}개는 아침에 보낼게요.", "{count} messages wait until the morning."),
    "error.bad_quiet": (
        "조용한 시간을 읽을 수 없어요: {about}. 시작하는 시와 끝나는 시를 줄표로 이어 적어 주세요.",
        "The quiet hours cannot be read: {about}. Write the first and the last hour, joined by a dash.",
    ),
}
